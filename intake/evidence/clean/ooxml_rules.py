"""What Office Open XML parts may hold (ECMA-376), as data: namespaces, kinds of parts, what goes and its code."""

from __future__ import annotations

from collections.abc import Mapping

from intake.evidence.traces import Trace

_OX = "http://schemas.openxmlformats.org/"
W = _OX + "wordprocessingml/2006/main"
X = _OX + "spreadsheetml/2006/main"
P = _OX + "presentationml/2006/main"
A = _OX + "drawingml/2006/main"
R = _OX + "officeDocument/2006/relationships"
C = _OX + "drawingml/2006/chart"
MC = _OX + "markup-compatibility/2006"
V = "urn:schemas-microsoft-com:vml"
O = "urn:schemas-microsoft-com:office:office"  # noqa: E741 - the prefix that everybody uses
RELATIONSHIPS = _OX + "package/2006/relationships"
TYPES = _OX + "package/2006/content-types"
XML = "http://www.w3.org/XML/1998/namespace"

STRICT = {
    "http://purl.oclc.org/ooxml/officeDocument/relationships": R,
    "http://purl.oclc.org/ooxml/wordprocessingml/main": W,
    "http://purl.oclc.org/ooxml/spreadsheetml/main": X,
    "http://purl.oclc.org/ooxml/presentationml/main": P,
    "http://purl.oclc.org/ooxml/drawingml/main": A,
}
"""The strict variant's namespaces. A document in them is refused: its rules are not these."""

NAMESPACES = frozenset(
    {
        W, X, P, A, R, C, MC, V, O, XML, _OX + "drawingml/2006/wordprocessingDrawing", _OX + "drawingml/2006/picture",
        _OX + "drawingml/2006/spreadsheetDrawing", _OX + "drawingml/2006/chartDrawing", _OX + "drawingml/2006/diagram",
        _OX + "drawingml/2006/lockedCanvas", _OX + "officeDocument/2006/math", "urn:schemas-microsoft-com:office:word",
        "urn:schemas-microsoft-com:office:excel", "urn:schemas-microsoft-com:office:powerpoint",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
        "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas",
    }
)  # fmt: skip
"""Elements of any other namespace are left out: programs must be able to do without them."""
ATTRIBUTE_NAMESPACES = frozenset(
    {"", W, R, O, XML, _OX + "officeDocument/2006/math", "urn:schemas-microsoft-com:office:word"}
)

KEPT_RELATIONSHIPS = frozenset(
    {
        "officeDocument", "styles", "settings", "fontTable", "numbering", "theme", "header", "footer", "footnotes", "endnotes",
        "comments", "image", "hyperlink", "chart", "diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors",
        "drawing",
        "worksheet", "chartsheet", "sharedStrings", "table", "pivotTable", "pivotCacheDefinition", "pivotCacheRecords",
        "vmlDrawing", "externalLink", "externalLinkPath", "sheetMetadata", "slide", "slideLayout", "slideMaster", "notesSlide",
        "notesMaster", "handoutMaster", "presProps", "tableStyles", "commentAuthors", "package", "video", "audio",
        "chartUserShapes", "themeOverride",
    }
)  # fmt: skip
DROPPED_RELATIONSHIPS: Mapping[str, Trace] = {
    "customXml": Trace.CUSTOM_DATA, "custom-properties": Trace.CUSTOM_DATA, "core-properties": Trace.METADATA,
    "extended-properties": Trace.METADATA, "thumbnail": Trace.THUMBNAIL, "printerSettings": Trace.PRINTER,
    "vbaProject": Trace.MACRO, "attachedTemplate": Trace.TEMPLATE_PATH, "people": Trace.COMMENT_AUTHOR,
    "person": Trace.COMMENT_AUTHOR, "commentsExtended": Trace.COMMENT_AUTHOR, "commentsIds": Trace.IDENTIFIER,
    "commentsExtensible": Trace.TIME, "oleObject": Trace.EMBEDDED_FILE, "control": Trace.ACTION, "ctrlProp": Trace.ACTION,
    "origin": Trace.SIGNATURE, "revisionHeaders": Trace.EARLIER_VERSION, "usernames": Trace.AUTHOR,
    "connections": Trace.REMOTE_REFERENCE, "queryTable": Trace.REMOTE_REFERENCE, "tags": Trace.CUSTOM_DATA,
    "font": Trace.EMBEDDED_FONT, "glossaryDocument": Trace.CUSTOM_DATA, "threadedComment": Trace.COMMENT_AUTHOR,
    "aFChunk": Trace.EMBEDDED_FILE, "recipientData": Trace.CUSTOM_DATA, "mailMergeSource": Trace.LOCAL_PATH,
    "keyMapCustomizations": Trace.CUSTOM_DATA, "changesInfo": Trace.EARLIER_VERSION, "revisionInfo": Trace.EARLIER_VERSION,
    "subDocument": Trace.LOCAL_PATH, "frame": Trace.REMOTE_REFERENCE, "externalLinkLongPath": Trace.LOCAL_PATH,
}  # fmt: skip
"""What a relationship that goes is called; any other is an extension."""

CONTENT_TYPES = frozenset(
    f"application/vnd.openxmlformats-officedocument.{name}+xml"
    for name in (
        "wordprocessingml.document.main", "wordprocessingml.styles", "wordprocessingml.settings", "wordprocessingml.fontTable",
        "wordprocessingml.numbering", "wordprocessingml.header", "wordprocessingml.footer", "wordprocessingml.footnotes",
        "wordprocessingml.endnotes", "wordprocessingml.comments", "theme", "themeOverride", "drawingml.chart", "drawing",
        "drawingml.chartshapes", "drawingml.diagramData", "drawingml.diagramLayout", "drawingml.diagramStyle",
        "drawingml.diagramColors", "spreadsheetml.sheet.main", "spreadsheetml.worksheet", "spreadsheetml.chartsheet",
        "spreadsheetml.sharedStrings", "spreadsheetml.styles", "spreadsheetml.table", "spreadsheetml.comments",
        "spreadsheetml.pivotTable", "spreadsheetml.pivotCacheDefinition", "spreadsheetml.pivotCacheRecords",
        "spreadsheetml.externalLink", "spreadsheetml.sheetMetadata", "presentationml.presentation.main", "presentationml.slide",
        "presentationml.slideLayout", "presentationml.slideMaster", "presentationml.notesSlide", "presentationml.notesMaster",
        "presentationml.handoutMaster", "presentationml.presProps", "presentationml.tableStyles",
        "presentationml.commentAuthors",
        "presentationml.comments",
    )
) | {"application/vnd.openxmlformats-officedocument.vmlDrawing"}  # fmt: skip
MAIN_TYPES = {
    "application/vnd.ms-word.document.macroEnabled.main+xml": "wordprocessingml.document.main",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml": "wordprocessingml.document.main",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": "wordprocessingml.document.main",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": "spreadsheetml.sheet.main",
    "application/vnd.ms-excel.template.macroEnabled.main+xml": "spreadsheetml.sheet.main",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": "spreadsheetml.sheet.main",
    "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml": "presentationml.presentation.main",
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml": "presentationml.presentation.main",
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml": "presentationml.presentation.main",
    "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml": "presentationml.presentation.main",
}
"""Templates and documents with macros become plain documents."""

_WORD_GOES: Mapping[Trace, str] = {
    Trace.REVISION_ID: "rsids rsid proofErr trackRevisions revisionView doNotTrackMoves doNotTrackFormatting",
    Trace.TRACKED_CHANGE: "rPrChange pPrChange sectPrChange tblPrChange tblPrExChange tcPrChange trPrChange tblGridChange "
    "numberingChange cellIns cellMerge customXmlInsRangeStart customXmlInsRangeEnd customXmlDelRangeStart "
    "customXmlDelRangeEnd del",
    Trace.TRACKED_MOVE: "moveFrom moveFromRangeStart moveFromRangeEnd moveToRangeStart moveToRangeEnd "
    "customXmlMoveFromRangeStart "
    "customXmlMoveFromRangeEnd customXmlMoveToRangeStart customXmlMoveToRangeEnd",
    Trace.PROTECTION: "permStart permEnd documentProtection writeProtection",
    Trace.TEMPLATE_PATH: "attachedTemplate linkStyles",
    Trace.CUSTOM_DATA: "docVars mailMerge saveThroughXslt smartTagPr customXmlPr dataBinding tag alias placeholder fldData",
    Trace.EMBEDDED_FILE: "altChunk subDoc control movie",
    Trace.EMBEDDED_FONT: "embedRegular embedBold embedItalic embedBoldItalic embedTrueTypeFonts embedSystemFonts "
    "saveSubsetFonts",
    Trace.MACRO: "entryMacro exitMacro",
    Trace.IDENTIFIER: "nsid tmpl",
}
_SHEET_GOES: Mapping[Trace, str] = {
    Trace.PROTECTION: "sheetProtection protectedRanges workbookProtection fileSharing",
    Trace.EMBEDDED_FILE: "oleObjects",
    Trace.ACTION: "controls",
    Trace.CUSTOM_DATA: "customProperties smartTags webPublishItems customSheetViews scenarios customWorkbookViews "
    "webPublishing "
    "webPublishObjects fileRecoveryPr smartTagPr smartTagTypes",
    Trace.SOFTWARE: "fileVersion",
}
_SLIDE_GOES: Mapping[Trace, str] = {
    Trace.CUSTOM_DATA: "custDataLst custShowLst",
    Trace.EMBEDDED_FONT: "embeddedFontLst",
    Trace.PROTECTION: "modifyVerifier",
    Trace.ACTION: "controls",
}


def _goes(space: str, listed: Mapping[Trace, str]) -> dict[str, Trace]:
    return {f"{{{space}}}{name}": trace for trace, names in listed.items() for name in names.split()}


GOES: Mapping[str, Trace] = {
    **_goes(W, _WORD_GOES), **_goes(X, _SHEET_GOES), **_goes(P, _SLIDE_GOES), f"{{{C}}}printSettings": Trace.PRINTER,
    f"{{{O}}}OLEObject": Trace.EMBEDDED_FILE, f"{{{O}}}shapedefaults": Trace.SOFTWARE,
}  # fmt: skip
"""Elements that are taken out with all that is in them. ``extLst`` of any namespace goes as well."""

UNWRAPPED: Mapping[str, Trace] = {
    f"{{{W}}}ins": Trace.TRACKED_CHANGE, f"{{{W}}}moveTo": Trace.TRACKED_MOVE, f"{{{W}}}smartTag": Trace.CUSTOM_DATA,
    f"{{{W}}}customXml": Trace.CUSTOM_DATA,
}  # fmt: skip

TRACE_ATTRIBUTES: Mapping[str, Trace] = {
    "author": Trace.COMMENT_AUTHOR, "initials": Trace.COMMENT_AUTHOR, "date": Trace.TIME, "dt": Trace.TIME,
    "dateUtc": Trace.TIME,
    "rsidR": Trace.REVISION_ID, "rsidRPr": Trace.REVISION_ID, "rsidP": Trace.REVISION_ID, "rsidRDefault": Trace.REVISION_ID,
    "rsidTr": Trace.REVISION_ID, "rsidDel": Trace.REVISION_ID, "rsidSect": Trace.REVISION_ID, "userName": Trace.AUTHOR,
    "refreshedBy": Trace.AUTHOR, "refreshedDate": Trace.TIME, "refreshedDateIso": Trace.TIME, "codeName": Trace.MACRO,
    "gfxdata": Trace.EXTENSION, "macro": Trace.MACRO, "userDrawn": Trace.SOFTWARE, "xWindow": Trace.SOFTWARE,
    "yWindow": Trace.SOFTWARE, "windowWidth": Trace.SOFTWARE, "windowHeight": Trace.SOFTWARE,
    "publishToServer": Trace.CUSTOM_DATA,
    "odcFile": Trace.LOCAL_PATH, "lastEdited": Trace.SOFTWARE, "lowestEdited": Trace.SOFTWARE, "rupBuild": Trace.SOFTWARE,
    "lastGUID": Trace.IDENTIFIER, "guid": Trace.IDENTIFIER, "lastUser": Trace.AUTHOR, "user": Trace.AUTHOR,
}  # fmt: skip
"""By their name without namespace. An attribute that a format demands is set to a neutral value instead (``DEMANDED``)."""

DEMANDED = {(f"{{{W}}}comment", "author"): "Author"}

SETTINGS = frozenset(
    [
        "zoom",
        "mirrorMargins",
        "alignBordersAndEdges",
        "bordersDoNotSurroundHeader",
        "bordersDoNotSurroundFooter",
        "gutterAtTop",
        "defaultTabStop",
        "autoHyphenation",
        "consecutiveHyphenLimit",
        "hyphenationZone",
        "doNotHyphenateCaps",
        "evenAndOddHeaders",
        "bookFoldPrinting",
        "characterSpacingControl",
        "footnotePr",
        "endnotePr",
        "compat",
        "themeFontLang",
        "clrSchemeMapping",
        "decimalSymbol",
        "listSeparator",
        "displayBackgroundShape",
        "noLineBreaksAfter",
        "noLineBreaksBefore",
        "mathPr",
        "drawingGridHorizontalSpacing",
        "drawingGridVerticalSpacing",
        "displayHorizontalDrawingGridEvery",
        "displayVerticalDrawingGridEvery",
    ]
)
"""Of a Word document's settings: those that change how it looks."""
WORKBOOK = frozenset(
    {"workbookPr", "bookViews", "sheets", "externalReferences", "definedNames", "calcPr", "pivotCaches"}
)
PRESENTATION = frozenset(
    {
        "sldMasterIdLst",
        "notesMasterIdLst",
        "handoutMasterIdLst",
        "sldIdLst",
        "sldSz",
        "notesSz",
        "defaultTextStyle",
        "kinsoku",
    }
)

FIELDS = frozenset(
    "PAGE NUMPAGES SECTIONPAGES SECTION REF PAGEREF NOTEREF TOC TC XE INDEX SEQ STYLEREF HYPERLINK DATE TIME = "  # noqa: SIM905
    "IF QUOTE SYMBOL EQ FORMTEXT FORMCHECKBOX FORMDROPDOWN LISTNUM AUTONUM AUTONUMLGL AUTONUMOUT CITATION "
    "BIBLIOGRAPHY MERGEFIELD TITLE".split()
)
"""Fields that stay fields; of any other only the result stays."""
NAMING_FIELDS = frozenset(
    {"AUTHOR", "LASTSAVEDBY", "USERNAME", "USERINITIALS", "USERADDRESS", "FILENAME", "TEMPLATE"}
)
"""Fields whose result is a name or a place: it goes as well."""
