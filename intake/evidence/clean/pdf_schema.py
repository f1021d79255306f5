"""What the parts of a PDF may hold (ISO 32000-2), as data: everything that is not listed is not copied.

A rule is what a key's value may be: PLAIN (numbers, truths, names, and lists of them), TEXT (that, or strings), or the name of
a schema for the dictionaries and streams below. ``*`` before a rule: a
dictionary whose keys are names of its own, given anew where they may mean something; ``*=``: as they are,
because values name them.
"""

from __future__ import annotations

from collections.abc import Mapping

PLAIN, TEXT = "plain", "text"
DEST, ACTION, CONTENT = "dest", "action", "content"
"""Destinations and actions are written anew; contents are parsed and written anew."""

Schema = Mapping[str, str]


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _of(plain: str, **others: str) -> dict[str, str]:
    return {**dict.fromkeys(plain.split(), PLAIN), **others}


_CONTENT_FORM = _of(
    "Type Subtype FormType BBox Matrix StructParents StructParent",
    Resources="resources",
    Group="group",
    OC="layer",
)

SCHEMAS: Mapping[str, Schema] = {
    "catalog": _of(
        "PageLayout PageMode", Lang=TEXT, Outlines="outline", AcroForm="form", PageLabels="labels", StructTreeRoot="structure",
        MarkInfo="marked", OCProperties="layers",
    ),
    "marked": _of("Marked Suspects"),
    "page": _of(
        "Type MediaBox CropBox BleedBox TrimBox ArtBox Rotate UserUnit Tabs StructParents",
        Resources="resources", Group="group",
    ),
    "labels": _of("Limits S St", Nums="labels", Kids="labels", P=TEXT),
    "resources": {
        "ExtGState": "*state", "ColorSpace": "*colour", "Pattern": "*pattern", "Shading": "*shading", "XObject": "*xobject",
        "Font": "*font", "Properties": "*layer", "ProcSet": PLAIN,
    },
    "state": _of(
        "Type LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK", Font="font", BG="function", BG2="function", UCR="function",
        UCR2="function", TR="function", TR2="function", SMask="mask",
    ),
    "mask": _of("Type S BC", G="xobject", TR="function"),
    "colour": _of(
        "WhitePoint BlackPoint Gamma Matrix Range Subtype FunctionType Domain Size BitsPerSample Order Encode Decode C0 C1 N "
        "Bounds Components", Functions="function", Colorants="*=colour", Process="colour", ColorSpace="colour",
    ),
    "function": _of(
        "FunctionType Domain Range Size BitsPerSample Order Encode Decode C0 C1 N Bounds", Functions="function",
    ),
    "pattern": _of(
        "Type PatternType PaintType TilingType BBox XStep YStep Matrix",
        Resources="resources", Shading="shading", ExtGState="state",
    ),
    "shading": _of(
        "ShadingType Background BBox AntiAlias Domain Matrix Coords Extend BitsPerCoordinate BitsPerComponent BitsPerFlag "
        "Decode VerticesPerRow", ColorSpace="colour", Function="function",
    ),
    "group": _of("Type S I K", CS="colour"),
    "form_xobject": _CONTENT_FORM,
    "image": _of(
        "Type Subtype Width Height BitsPerComponent Intent ImageMask Decode Interpolate SMaskInData StructParent Matte",
        ColorSpace="colour", Mask="image", SMask="image", OC="layer",
    ),
    "font": _of(
        "Type Subtype BaseFont FirstChar LastChar Widths DW W DW2 W2 FontBBox FontMatrix", Encoding="encoding",
        FontDescriptor="descriptor", ToUnicode="cmap", DescendantFonts="font", CIDSystemInfo="collection", CIDToGIDMap="data",
        CharProcs="*=glyph", Resources="resources",
    ),
    "glyph": {},
    "collection": {"Registry": TEXT, "Ordering": TEXT, "Supplement": PLAIN},
    "encoding": _of("Type BaseEncoding Differences CMapName WMode", CIDSystemInfo="collection", UseCMap="cmap"),
    "cmap": _of("Type CMapName WMode", CIDSystemInfo="collection", UseCMap="cmap"),
    "data": {},
    "descriptor": _of(
        "Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH "
        "AvgWidth MaxWidth MissingWidth", CharSet=TEXT, CIDSet="data", FontFile="type1", FontFile2="truetype", FontFile3="cff",
    ),
    "type1": _of("Length1 Length2 Length3"),
    "truetype": _of("Length1"),
    "cff": _of("Subtype"),
    "layer": _of("Type Intent P", Name=TEXT, OCGs="layer", VE="layer"),
    "layers": {"OCGs": "layer", "D": "arrangement"},
    "arrangement": _of("BaseState ListMode Intent", Order="layer_names", ON="layer", OFF="layer",
        RBGroups="layer", Locked="layer"),
    "layer_names": _of("Type Intent P", Name=TEXT, OCGs="layer", VE="layer"),
    "annotation": _of(
        "Type Subtype Rect F AS Border C StructParent QuadPoints IC CA H L LE LL LLE LLO Cap CO CP InkList Vertices RD Q Open "
        "State StateModel RT Sy IT FT Ff MaxLen TI I", Contents=TEXT, DA=TEXT, T=TEXT, TU=TEXT, V=TEXT, DV=TEXT, Opt=TEXT,
        AP="appearance", BS="border", BE="border", OC="layer", Dest=DEST, A=ACTION, Popup="annotation", Parent="annotation",
        Kids="annotation", IRT="annotation", MK="looks",
    ),
    "border": _of("Type W S D I"),
    "appearance": {"N": "*=xobject", "R": "*=xobject", "D": "*=xobject"},
    "looks": _of("R BC BG TP", CA=TEXT, RC=TEXT, AC=TEXT, I="xobject", RI="xobject", IX="xobject", IF="fit"),
    "fit": _of("SW S A FB"),
    "form": _of("NeedAppearances Q", Fields="annotation", DR="resources", DA=TEXT),
    "outline": _of("Count C F", Title=TEXT, First="outline", Last="outline", Next="outline", Prev="outline", Parent="outline",
        Dest=DEST, A=ACTION),
    "structure": _of("Type ParentTreeNextKey", K="element", ParentTree="parents", RoleMap="roles", ClassMap="*=attribute"),
    "roles": {"*": PLAIN},
    "parents": _of("Limits", Nums="element", Kids="parents"),
    "element": _of("Type S MCID C", Lang=TEXT, Alt=TEXT, ActualText=TEXT, E=TEXT, P="element", K="element", A="attribute",
        Pg="page", Obj="annotation"),
    "attribute": _of(
        "O Placement WritingMode BackgroundColor BorderColor BorderStyle BorderThickness Padding Color SpaceBefore SpaceAfter "
        "StartIndent EndIndent TextIndent TextAlign BBox Width Height BlockAlign InlineAlign TBorderStyle TPadding LineHeight "
        "BaselineShift TextDecorationColor TextDecorationThickness TextDecorationType RubyAlign RubyPosition "
        "GlyphOrientationVertical ColumnCount ColumnGap ColumnWidths ListNumbering RowSpan ColSpan Scope Type Attached Subtype",
        Summary=TEXT,
    ),
}  # fmt: skip

ANNOTATIONS = _words(
    "Link Widget Text FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut Caret Stamp Ink "
    "Popup Redact"
)
COMMENTS = ANNOTATIONS - {"Link", "Widget", "Popup"}
"""What a reader wrote on a page."""

OPERATORS = _words(
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do EI EMC ET EX f F f* G g gs h i ID j J K k l m M n q Q re RG rg ri s S SC "
    "sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \""
)
"""Of content streams. MP and DP mark a point for one program alone."""

TAGS = _words(
    "Artifact OC Span P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Figure Formula Form Link Annot "
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private Quote Note Reference BibEntry Code Ruby "
    "RB RT RP Warichu WT WP Tx Em Strong Sub Title FENote Aside"
)
MARK_KEYS: Schema = _of("MCID Type Subtype BBox Attached", Lang=TEXT, ActualText=TEXT, Alt=TEXT, E=TEXT)
INLINE_KEYS = _words(
    "BPC BitsPerComponent CS ColorSpace D Decode DP DecodeParms F Filter H Height IM ImageMask I Interpolate W Width L Length "
    "Intent"
)
