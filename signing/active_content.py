"""Takes out of a PDF all that runs, reaches out, hides or merely tags along.

Lists of what may stay, not of what must go: an entry that is on no list is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from pikepdf import sanitize

from signing.page_baking import name_of
from verifier.plain_document import OTHER_ACTIONS, USAGES

__all__ = ["keep_only_what_shows", "separate_link_looks"]

CATALOG_KEEPS = {
    "/Type",
    "/Pages",
    "/PageLabels",
    "/Names",  # only /Dests of it
    "/Dests",
    "/Outlines",
    "/PageLayout",
    "/Lang",
    "/OCProperties",  # which layers show
    "/OutputIntents",
}
PAGE_KEEPS = {
    "/Type",
    "/Parent",
    "/Resources",
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/UserUnit",
    "/Contents",
    "/Group",
    "/Annots",
}
SAFE_ACTIONS = (pikepdf.Name.GoTo, pikepdf.Name.URI)
LINK_KEEPS = ("/Type", "/Subtype", "/Rect", "/QuadPoints", "/Border", "/BS", "/C", "/H", "/F")
OUTSIDE_KEYS = ("/F", "/FFilter", "/FDecodeParms", "/Alternates", "/OPI", "/Ref")
"""By these a stream takes its data from another file, or another picture when it is printed."""
MAX_OUTLINE_ITEMS = 20_000  # a longer table of contents is dropped whole


def keep_only_what_shows(pdf: pikepdf.Pdf) -> None:
    """Strip catalog, pages, annotations and outline to what a reader sees and follows.

    To be called when forms and annotations have already become page content: the fields and
    annotations that are left draw nothing and are removed, except plain links. The information
    dictionary is replaced by a fresh empty one.

    Args:
        pdf: The open document; it is changed.
    """
    catalog = pdf.Root
    for key in [key for key in catalog.keys() if key not in CATALOG_KEEPS]:  # noqa: SIM118
        del catalog[key]
    _keep_only_destinations(catalog)
    for page in pdf.pages:
        _clean_page(page.obj)
    sanitize.remove_private_app_data(pdf)
    sanitize.remove_javascript(pdf)
    sanitize.remove_attachments(pdf)
    _clean_outline(catalog)
    _settle_layers(pdf.Root)
    _disarm_parts(pdf)
    _cut_outside_data(pdf)
    pdf.trailer.Info = pdf.make_indirect(pikepdf.Dictionary())


def separate_link_looks(page: pikepdf.Page) -> None:
    """Let a link that has looks of its own be two: what shows, and what is followed.

    What has looks becomes page content soon and stops being an annotation.

    Args:
        page: The page, whose list of annotations is its own; it is changed.
    """
    annotations = page.obj.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return
    for annotation in list(annotations):
        if isinstance(annotation, pikepdf.Dictionary) and "/AP" in annotation:
            link = _plain_link(annotation)
            if link is not None:
                annotations.append(link)


def _keep_only_destinations(catalog: pikepdf.Object) -> None:
    names = catalog.get("/Names")
    if isinstance(names, pikepdf.Dictionary) and "/Dests" in names:
        catalog.Names = pikepdf.Dictionary(Dests=names.Dests)
    elif "/Names" in catalog:
        del catalog["/Names"]


def _settle_layers(catalog: pikepdf.Object) -> None:
    """Keep which layers show on the screen, and nothing that changes it on paper."""
    layers = catalog.get("/OCProperties")
    if isinstance(layers, pikepdf.Dictionary):
        if "/Configs" in layers:
            del layers["/Configs"]
        default = layers.get("/D")
        if not isinstance(default, pikepdf.Dictionary):
            default = layers.D = pikepdf.Dictionary()
        if "/AS" in default:
            _set_as_viewed(default)
            del default["/AS"]
    elif "/OCProperties" in catalog:
        del catalog["/OCProperties"]


def _disarm_parts(pdf: pikepdf.Pdf) -> None:
    """Take from every dictionary, wherever it is used, what makes it an action or a usage.

    An action may lie where nobody looks for one, such as behind a named destination. A layer's
    /Usage may show it on the screen only, or in print only, or by language and zoom (ISO 32000-1,
    8.11.4.4); some readers follow it even without the /AS that it needs.
    """
    for entry in pdf.objects:
        for part in _with_direct_parts(entry):
            if name_of(part.get("/S")) in OTHER_ACTIONS:
                del part["/S"]
            usage = part.get("/Usage")
            if isinstance(usage, pikepdf.Dictionary) and not USAGES.isdisjoint(usage.keys()):
                del part["/Usage"]


def _set_as_viewed(default: pikepdf.Object) -> None:
    """Let the layers that /AS sets for the screen have that state always."""
    viewed: dict[tuple[int, int], tuple[str, pikepdf.Object]] = {}
    for rule in _listed(default.AS):
        if name_of(rule.get("/Event")) != "/View":
            continue
        if "/View" not in [name_of(category) for category in rule.get("/Category", ())]:
            continue
        for layer in _listed(rule.get("/OCGs")):
            view = layer.get("/Usage", pikepdf.Dictionary()).get("/View", pikepdf.Dictionary())
            state = name_of(view.get("/ViewState"))
            if state in ("/ON", "/OFF") and layer.is_indirect:
                viewed[layer.objgen] = (state, layer)
    for state in ("/ON", "/OFF") if viewed else ():
        others = [layer for layer in _listed(default.get(state)) if layer.objgen not in viewed]
        chosen = [layer for shown, layer in viewed.values() if shown == state]
        default[state] = pikepdf.Array([*others, *chosen])


def _listed(value: object) -> list[pikepdf.Object]:
    """The dictionaries in an array from a foreign file."""
    if not isinstance(value, pikepdf.Array):
        return []
    return [item for item in value if isinstance(item, pikepdf.Dictionary)]


def _with_direct_parts(entry: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """A dictionary or a stream, and the dictionaries that are written inside it."""
    waiting = [entry]
    while waiting:
        part = waiting.pop()
        if isinstance(part, pikepdf.Array):
            waiting.extend(child for child in part if _may_hold_parts(child))
        elif isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
            yield part
            waiting.extend(child for _, child in part.items() if _may_hold_parts(child))


def _may_hold_parts(child: object) -> bool:
    return isinstance(child, pikepdf.Array | pikepdf.Dictionary) and not child.is_indirect


def _cut_outside_data(pdf: pikepdf.Pdf) -> None:
    """Leave no stream whose content could change while the file does not."""
    for entry in pdf.objects:
        if not isinstance(entry, pikepdf.Stream):
            continue
        for key in OUTSIDE_KEYS:
            if key in entry:
                del entry[key]
        if "/PS" in (name_of(entry.get("/Subtype")), name_of(entry.get("/Subtype2"))):
            entry.write(b"")  # PostScript runs only in printers (ISO 32000-1, 8.8.2)


def _clean_page(page: pikepdf.Object) -> None:
    for key in [key for key in page.keys() if key not in PAGE_KEEPS]:  # noqa: SIM118
        del page[key]
    annotations = page.get("/Annots")
    if annotations is None:
        return
    kept = pikepdf.Array()
    if isinstance(annotations, pikepdf.Array):
        for annotation in annotations:
            link = _plain_link(annotation)
            if link is not None:
                kept.append(link)
    if len(kept):
        page.Annots = kept
    else:
        del page["/Annots"]


def _plain_link(annotation: object) -> pikepdf.Dictionary | None:
    if not isinstance(annotation, pikepdf.Dictionary):
        return None
    if annotation.get("/Subtype") != pikepdf.Name.Link or "/Rect" not in annotation:
        return None
    link = pikepdf.Dictionary({key: annotation[key] for key in LINK_KEEPS if key in annotation})
    target = _safe_target(annotation)
    if target is not None:
        link[target[0]] = target[1]
    return link  # without a target it still has the frame that readers draw round it


def _safe_target(holder: pikepdf.Object) -> tuple[str, pikepdf.Object] | None:
    """The entry by which a link or an outline item leads somewhere harmless."""
    if "/Dest" in holder:
        return "/Dest", holder["/Dest"]
    action = holder.get("/A")
    if not isinstance(action, pikepdf.Dictionary) or action.get("/S") not in SAFE_ACTIONS:
        return None
    kept = {key: action[key] for key in ("/S", "/D", "/URI") if key in action}
    return "/A", pikepdf.Dictionary(kept)


def _clean_outline(catalog: pikepdf.Object) -> None:
    outline = catalog.get("/Outlines")
    if not isinstance(outline, pikepdf.Dictionary):
        if "/Outlines" in catalog:
            del catalog["/Outlines"]
        return
    waiting: list[pikepdf.Object] = [outline]
    seen: set[tuple[int, int]] = set()
    while waiting:
        item = waiting.pop()
        if item.objgen in seen:
            continue
        seen.add(item.objgen)
        if len(seen) > MAX_OUTLINE_ITEMS or not item.is_indirect:
            del catalog["/Outlines"]
            return
        target = _safe_target(item)
        for key in ("/A", "/AA", "/SE"):
            if key in item:
                del item[key]
        if target is not None:
            item[target[0]] = target[1]
        for key in ("/First", "/Next"):
            following = item.get(key)
            if isinstance(following, pikepdf.Dictionary):
                waiting.append(following)
