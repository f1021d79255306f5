"""Published vectors, in the direction the library allows, through our own functions wherever we have one."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.kdf import Cost, derive, stretch
from crypto.keys import expand_xwing
from tests.vectors.load import Vector, vectors

KDFS = {1: KDF.HKDF_SHA256, 3: KDF.HKDF_SHA512, 17: KDF.SHAKE256}
AEADS = {1: AEAD.AES_128_GCM, 2: AEAD.AES_256_GCM, 3: AEAD.CHACHA20_POLY1305}
# HPKE's vectors carry associated data, which the public one-shot call does not take.
_decrypt_with_aad = openssl.hpke._decrypt_with_aad
XWING_LABEL = b"\\.//^\\"  # draft-connolly-cfrg-xwing-kem, section 5.3


def raw(vector: Vector, name: str) -> bytes:
    return bytes.fromhex(vector[name])


@pytest.mark.parametrize(
    "vector", vectors("hpke-rfc9180.json"), ids=lambda v: f"kdf{v['kdf_id']}-aead{v['aead_id']}"
)
def test_hpke_opens_what_rfc_9180_sealed(vector: Vector) -> None:
    suite = Suite(KEM.X25519, KDFS[vector["kdf_id"]], AEADS[vector["aead_id"]])
    pair = X25519PrivateKey.from_private_bytes(raw(vector, "skRm"))
    assert pair.public_key().public_bytes_raw() == raw(vector, "pkRm")
    sealed = raw(vector, "enc") + raw(vector, "ct")
    info, aad = raw(vector, "info"), raw(vector, "aad")
    assert _decrypt_with_aad(suite, sealed, pair, info, aad) == raw(vector, "pt")
    with pytest.raises(InvalidTag):
        _decrypt_with_aad(suite, sealed, pair, info + b"moved", aad)


@pytest.mark.parametrize(
    "vector", vectors("hpke-xwing.json"), ids=lambda v: f"kdf{v['kdf_id']}-aead{v['aead_id']}"
)
def test_hpke_with_x_wing_opens_what_the_draft_sealed_through_our_expansion_of_the_seed(
    vector: Vector,
) -> None:
    mlkem, x25519 = expand_xwing(raw(vector, "skRm"))
    assert mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw() == raw(
        vector, "pkRm"
    )
    suite = Suite(KEM.MLKEM768_X25519, KDFS[vector["kdf_id"]], AEADS[vector["aead_id"]])
    sealed = raw(vector, "enc") + raw(vector, "ct")
    pair = MLKEM768X25519PrivateKey(mlkem, x25519)
    assert _decrypt_with_aad(suite, sealed, pair, raw(vector, "info"), raw(vector, "aad")) == raw(
        vector, "pt"
    )


@pytest.mark.parametrize(
    "vector", vectors("hpke-xwing.json"), ids=lambda v: f"kdf{v['kdf_id']}-aead{v['aead_id']}"
)
def test_x_wing_decapsulates_to_the_published_secret_when_its_combiner_is_written_out(vector: Vector) -> None:
    mlkem, x25519 = expand_xwing(raw(vector, "skRm"))
    lattice, curve = raw(vector, "enc")[:1088], raw(vector, "enc")[1088:]
    shared = hashlib.sha3_256(
        mlkem.decapsulate(lattice)
        + x25519.exchange(X25519PublicKey.from_public_bytes(curve))
        + curve
        + x25519.public_key().public_bytes_raw()
        + XWING_LABEL
    ).digest()
    assert shared == raw(vector, "shared_secret")


@pytest.mark.parametrize("vector", vectors("xwing-draft.json"), ids=lambda v: v["seed"][:8])
def test_x_wing_seeds_of_the_draft_give_the_published_public_keys(vector: Vector) -> None:
    mlkem, x25519 = expand_xwing(raw(vector, "seed"))
    public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
    assert hashlib.sha256(public).digest() == raw(vector, "public_sha256")


@pytest.mark.parametrize("vector", vectors("mlkem768.json"), ids=lambda v: v["d"][:8])
def test_ml_kem_768_gives_the_published_key_and_secret(vector: Vector) -> None:
    private = MLKEM768PrivateKey.from_seed_bytes(raw(vector, "d") + raw(vector, "z"))
    assert private.public_key().public_bytes_raw() == raw(vector, "pk")
    assert private.decapsulate(raw(vector, "ct")) == raw(vector, "ss")


@pytest.mark.parametrize("vector", vectors("ed25519-rfc8032.json"), ids=lambda v: v["name"])
def test_ed25519_signs_as_rfc_8032_does(vector: Vector) -> None:
    private = Ed25519PrivateKey.from_private_bytes(raw(vector, "seed"))
    assert private.public_key().public_bytes_raw() == raw(vector, "public")
    assert private.sign(raw(vector, "message")) == raw(vector, "signature")
    Ed25519PublicKey.from_public_bytes(raw(vector, "public")).verify(
        raw(vector, "signature"), raw(vector, "message")
    )


@pytest.mark.parametrize("vector", vectors("x25519-rfc7748.json"), ids=lambda v: v["scalar"][:8])
def test_x25519_multiplies_as_rfc_7748_does(vector: Vector) -> None:
    scalar = X25519PrivateKey.from_private_bytes(raw(vector, "scalar"))
    assert scalar.exchange(X25519PublicKey.from_public_bytes(raw(vector, "u"))) == raw(vector, "output")


@pytest.mark.parametrize("vector", vectors("aes256gcm-nist.json"), ids=lambda v: v["key"][:8])
def test_aes_256_gcm_opens_and_refuses_as_nist_says(vector: Vector) -> None:
    cipher, sealed = AESGCM(raw(vector, "key")), raw(vector, "ct") + raw(vector, "tag")
    if vector["pt"] is None:
        with pytest.raises(InvalidTag):
            cipher.decrypt(raw(vector, "iv"), sealed, raw(vector, "aad"))
    else:
        assert cipher.decrypt(raw(vector, "iv"), sealed, raw(vector, "aad")) == raw(vector, "pt")
        assert cipher.encrypt(raw(vector, "iv"), raw(vector, "pt"), raw(vector, "aad")) == sealed


@pytest.mark.parametrize("vector", vectors("argon2id-rfc9106.json"))
def test_argon2id_derives_as_rfc_9106_does(vector: Vector) -> None:
    derived = Argon2id(
        salt=raw(vector, "salt"),
        length=vector["length"],
        iterations=vector["passes"],
        lanes=vector["lanes"],
        memory_cost=vector["memory_kib"],
        secret=raw(vector, "secret") or None,
        ad=raw(vector, "ad") or None,
    ).derive(raw(vector, "password"))
    assert derived == raw(vector, "output")
    if not vector[
        "ad"
    ]:  # our stretch takes no associated data, so the RFC's own example reaches the library alone
        cost = Cost(vector["memory_kib"], vector["passes"], vector["lanes"])
        pepper = raw(vector, "secret") or None
        assert stretch(raw(vector, "password"), raw(vector, "salt"), cost, pepper=pepper) == raw(
            vector, "output"
        )


@pytest.mark.parametrize("vector", vectors("hkdf-rfc5869.json"))
def test_hkdf_derives_as_rfc_5869_does(vector: Vector) -> None:
    extracted = hmac.digest(raw(vector, "salt") or bytes(32), raw(vector, "ikm"), "sha256")
    assert extracted == raw(vector, "prk")
    derived = HKDF(SHA256(), vector["length"], raw(vector, "salt"), raw(vector, "info")).derive(
        raw(vector, "ikm")
    )
    assert derived == raw(vector, "okm")


def test_our_labelled_derivation_is_hkdf_written_out() -> None:
    extracted = hmac.digest(bytes(32), b"secret", "sha256")
    info = b"underseal/v1/some/label/" + b"\x00\x00\x00\x03abc" + b"\x00\x00\x00\x00"
    assert derive(b"secret", "some/label", b"abc", b"") == hmac.digest(extracted, info + b"\x01", "sha256")
    assert derive(b"secret", "some/label") == hmac.digest(extracted, b"underseal/v1/some/label\x01", "sha256")


@pytest.mark.parametrize("vector", vectors("totp-rfc6238.json"), ids=lambda v: f"{v['mode']}-{v['time']}")
def test_totp_shows_what_rfc_6238_shows(vector: Vector) -> None:
    secret = base64.b32encode(vector["secret"].encode()).decode()
    digest = getattr(hashlib, vector["mode"].lower())
    assert pyotp.TOTP(secret, digits=8, digest=digest).at(vector["time"]) == vector["totp"]
