"""What `underseal doctor` says of ``[site]``: which help a visitor does not get, because the operator did not say enough.

It looks at the settings alone and asks no network.
"""

from __future__ import annotations

from collections.abc import Iterator

from intake.listening import Address
from intake.site import Site
from triage.instances.finding import Finding, Grade

_HERE = ("127.", "::1", "localhost")


def about_site(site: Site, portal: Address) -> Iterator[Finding]:
    """Every finding."""
    if site.security_contact is None:
        yield Finding(
            Grade.WARN,
            "nobody is named whom to tell of a hole in the portal, and security.txt is a 404; set security_contact in [site]",
        )
    else:
        yield Finding(Grade.OK, f"security.txt names {site.security_contact}")
    if site.address is None and site.onion is None:
        yield Finding(
            Grade.WARN,
            "no address of the portal is set: a visitor who is led through somebody else's computer is not warned by the"
            " address, and not told the right one; set address and onion in [site]",
        )
    if site.address is not None and not site.address.startswith("https://"):
        yield Finding(
            Grade.WARN,
            f"{site.address} is not https: everybody on the way can read, and browsers keep no cookie of ours",
        )
    if site.office_networks and site.client_address == "connection" and portal.host.startswith(_HERE):
        yield Finding(
            Grade.WARN,
            "office_networks are set, and the portal hears from this machine alone: nobody is warned. Let the proxy add to"
            ' X-Forwarded-For, and set client_address = "x-forwarded-for" in [site]',
        )
