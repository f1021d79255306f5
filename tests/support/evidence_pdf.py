"""A PDF with a canary in every hiding place, made here object by object."""

from __future__ import annotations

import io
import re
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from tests.support import evidence_pictures as pictures
from tests.support.canaries import CANARY

SHOWN = "The invoice was paid twice."


def pdf(**options: object) -> bytes:
    """Two pages, a picture, a form, remarks, layers, structure, and traces wherever a PDF can have some."""
    made = pikepdf.Pdf.new()
    font = made.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, QKANARIE=CANARY)
    )
    glyph = Stream(made, b"500 0 0 0 500 500 d1 0 0 400 400 re f")
    drawn = made.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 500, 500], FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
                   CharProcs=Dictionary(squareglyph=glyph), Encoding=Dictionary(Differences=[65, Name.squareglyph]),
                   FirstChar=65, LastChar=65, Widths=[500], Resources=Dictionary())
    )  # fmt: skip
    photo = Stream(made, pictures.jpeg())
    photo.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=96, Height=64, ColorSpace=Name.DeviceRGB, BitsPerComponent=8,
        Filter=Name.DCTDecode, Metadata=_xmp(made), Name=Name("/" + CANARY), Length=0,
    )  # fmt: skip
    profile = Stream(made, pictures.profile(), N=3)
    flat = Stream(made, bytes(range(48)) + CANARY.encode())
    for key, value in {"Type": Name.XObject, "Subtype": Name.Image, "Width": 4, "Height": 4, "BitsPerComponent": 8,
                       "ColorSpace": Array([Name.ICCBased, profile])}.items():  # fmt: skip
        flat["/" + key] = value
    for number in range(2):
        page = made.add_blank_page(page_size=(300, 200))
        page.Resources = Dictionary(
            Font={"/F1": font, "/F2": drawn},
            XObject={"/" + CANARY: made.make_indirect(photo), "/Im2": flat},
            Properties={"/MC0": _layer(made)},
        )
        page.Contents = Stream(
            made,
            f"% {CANARY}\nq BT /F1 12 Tf 20 150 Td ({SHOWN}) Tj /F2 12 Tf (A) Tj ET Q\n/{CANARY} <</Author ({CANARY}) /MCID {number}>> BDC\n"
            f"q 90 0 0 60 20 40 cm /{CANARY} Do Q q 40 0 0 40 150 40 cm /Im2 Do Q EMC\n"
            f"/Point /{CANARY} DP\n".encode(),
        )
        page.obj.LastModified = String("D:20260302100000")
        page.obj.PieceInfo = Dictionary(QKANARIE=Dictionary(Private=CANARY))
        page.obj.Metadata = _xmp(made)
        page.obj.Thumb = Stream(made, CANARY.encode())
        page.obj.AA = Dictionary(O=_script())
        page.obj.Annots = made.make_indirect(Array(_annotations(made, page.obj)))
    root = made.Root
    root.Metadata = _xmp(made)
    root.OpenAction = _script()
    root.Lang = String("en")
    root.Names = Dictionary(
        JavaScript=Dictionary(Names=[CANARY, _script()]),
        EmbeddedFiles=Dictionary(Names=[CANARY, _attachment(made)]),
        Dests=Dictionary(Names=[f"C:\\Users\\{CANARY}\\a.docx", Array([made.pages[1].obj, Name.Fit])]),
    )
    root.OutputIntents = Array([Dictionary(Type=Name.OutputIntent, Info=CANARY, S=Name.GTS_PDFX)])
    layer = _layer(made)
    root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(Order=[layer], Creator=CANARY, Name=CANARY))
    first = made.make_indirect(
        Dictionary(Title="Chapter", Dest=f"C:\\Users\\{CANARY}\\a.docx", QKANARIE=CANARY)
    )
    root.Outlines = made.make_indirect(Dictionary(First=first, Last=first, Count=1))
    first.Parent = root.Outlines
    root.AcroForm = _form(made)
    element = made.make_indirect(
        Dictionary(
            Type=Name.StructElem,
            S=Name.P,
            Alt="A red car",
            ActualText="red",
            ID=CANARY,
            T=CANARY,
            Pg=made.pages[0].obj,
            K=0,
        )
    )
    root.StructTreeRoot = made.make_indirect(
        Dictionary(Type=Name.StructTreeRoot, K=element, IDTree=Dictionary(Names=[CANARY, element]))
    )
    element.P = root.StructTreeRoot
    with made.open_metadata() as metadata:
        metadata["dc:creator"] = [CANARY]
    for key in ("Author", "Title", "Producer", "Creator", "Company"):
        made.docinfo[f"/{key}"] = CANARY
    made.docinfo["/CreationDate"] = "D:20260302100000"
    out = io.BytesIO()
    made.save(out, fix_metadata_version=False, **options)  # type: ignore[arg-type]
    return out.getvalue()


def revised(data: bytes) -> bytes:
    """The same file with a revision behind it that replaces the information: the old one is still in the bytes."""
    number = 9000
    entry = f"{number} 0 obj\n<</Author (nobody) /Note ({CANARY})>>\nendobj\n".encode()
    root: bytes = re.findall(rb"/Root \d+ \d+ R", data)[-1]
    start = data[data.rfind(b"startxref") + 9 :].split()[0]
    at = len(data)
    table = f"xref\n{number} 1\n{at:010d} 00000 n \ntrailer\n<</Size {number + 1} /Info {number} 0 R /Prev ".encode()
    end = b">>\nstartxref\n%d\n%%%%EOF\n" % (at + len(entry))
    return b"".join([data, entry, table, start, b" ", root, end])


def _xmp(made: pikepdf.Pdf) -> Stream:
    return Stream(made, pictures.xmp(), Type=Name.Metadata, Subtype=Name.XML)


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=f"app.alert('{CANARY}')")


def _layer(made: pikepdf.Pdf) -> pikepdf.Object:
    usage = Dictionary(CreatorInfo=Dictionary(Creator=CANARY, Subtype=Name.Artwork))
    return made.make_indirect(Dictionary(Type=Name.OCG, Name="Plan", Usage=usage))


def _attachment(made: pikepdf.Pdf) -> Dictionary:
    return Dictionary(
        Type=Name.Filespec, F=CANARY, EF=Dictionary(F=Stream(made, zlib.compress(CANARY.encode())))
    )


def _annotations(made: pikepdf.Pdf, page: pikepdf.Object) -> list[pikepdf.Object]:
    place = [10, 10, 30, 30]
    popup = Dictionary(Type=Name.Annot, Subtype=Name.Popup, Rect=place, Open=False)
    note = made.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Text, Rect=place, Contents="Please check", T=CANARY, NM=CANARY, Subj=CANARY,
            M="D:20260302100000", CreationDate="D:20260302100000", RC=f"<p>{CANARY}</p>",
            Popup=made.make_indirect(popup), P=page,
        )
    )  # fmt: skip
    links = [
        Dictionary(S=Name.URI, URI="https://example.org/a"),
        Dictionary(S=Name.URI, URI=f"file:///C:/Users/{CANARY}/a.doc"),
        Dictionary(S=Name.Launch, F=f"C:\\{CANARY}.exe"),
        Dictionary(S=Name.GoToR, F=f"\\\\server\\{CANARY}\\a.pdf", D=[0, Name.Fit]),
        Dictionary(S=Name.GoTo, D=f"C:\\Users\\{CANARY}\\a.docx"),
        Dictionary(S=Name.SubmitForm, F=f"https://{CANARY}.example"),
    ]
    return [
        note,
        *(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=place, A=action) for action in links),
        Dictionary(
            Type=Name.Annot, Subtype=Name.FileAttachment, Rect=place, FS=_attachment(made), Contents=CANARY
        ),
        Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=place, RichMediaContent=CANARY),
    ]


def _form(made: pikepdf.Pdf) -> pikepdf.Object:
    typed = made.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T="amount",
            V="1200",
            Rect=[50, 50, 90, 60],
            AA=Dictionary(K=_script()),
        )
    )
    signed = made.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=CANARY, Rect=[0, 0, 0, 0],
            V=Dictionary(Type=Name.Sig, Name=CANARY, Contents=CANARY, ByteRange=[0, 1, 2, 3]),
        )
    )  # fmt: skip
    made.pages[0].obj.Annots.append(typed)
    made.pages[0].obj.Annots.append(signed)
    return Dictionary(Fields=[typed, signed], XFA=CANARY, SigFlags=3)
