"""What an article takes over from its witnesses."""

import pytest

from crawler.merge import AmpPages, Picture, changes, image_replaced, images_wanted, same_picture_elsewhere, same_text
from crawler.model import Article, Candidate, Image, ImageSize, Metadata, Role, Schema, Target

PAGE = "https://news.example/a"
OLD_IMAGE, NEW_IMAGE = "https://cdn.example/old.jpg", "https://cdn.example/new.jpg"
FIELDS = ("title", "excerpt", "images")


def article(**known):
    usual = {
        "pointer": "/related/3",
        "title": "Old title",
        "excerpt": "Old excerpt.",
        "published": None,
        "images": ((0, Image(OLD_IMAGE, 640, 480, cached=True)),),
        "targets": (Target(Role.WEB, PAGE),),
        "keys": ("title", "excerpt", "webUrl", "images"),
    }
    return Article(**(usual | known))


def page(url=PAGE, **said):
    claims = {field: (Candidate(field, value, f"meta {field}", url),) for field, value in said.items()}
    return Metadata(url=url, **said, candidates=claims)


def changed(witnesses, known=None, sizes=None, mode="refresh", fields=FIELDS, schema=None, **amp):
    found = found_changes(witnesses, known, sizes, mode, fields, schema, **amp)
    return {change.pointer: (change.before, change.after) for change in found}


def found_changes(witnesses, known=None, sizes=None, mode="refresh", fields=FIELDS, schema=None, **amp):
    pictures = {url: seen if isinstance(seen, Picture) else Picture(seen) for url, seen in (sizes or {}).items()}
    known, schema = known or article(), schema or Schema()
    return changes(known, witnesses, pictures, schema=schema, fields=fields, mode=mode, **amp)


def test_a_new_title_is_taken_over_with_its_evidence():
    (change,) = changes(article(), [page(title="New")], {}, schema=Schema(), fields=FIELDS, mode="refresh")

    assert ("/related/3/title", "title", "Old title", "New") == (
        change.pointer,
        change.field,
        change.before,
        change.after,
    )
    assert (PAGE, "meta title") == (change.source, change.evidence)


@pytest.mark.parametrize("same", ["Old title", " Old  title ", "Old\u00a0title", "Old\u200b title"])
def test_what_a_reader_cannot_tell_apart_is_no_change(same):
    assert {} == changed([page(title=same)])


def test_composition_of_accents_is_no_difference():
    assert same_text("caf\u00e9", "cafe\u0301")


def test_entities_that_were_encoded_twice_are_no_difference():
    assert same_text("we&#8217;ve &amp;quot;done&amp;quot;", 'we’ve "done"')


def test_a_claim_that_still_reads_as_the_record_does_is_no_change():
    claim = Candidate("title", "Old title | News", "meta og:title", PAGE)
    strictly_read = Metadata(url=PAGE, title="Old title", candidates={"title": (claim,)})

    assert {} == changed([strictly_read], article(title="Old title | News"))


def test_a_page_that_says_nothing_overwrites_nothing():
    assert {} == changed([page()])


def test_no_witness_means_no_change():
    assert {} == changed([])


def test_a_later_witness_fills_what_the_first_lacks_and_contradicts_nothing():
    first, amp = page(title="New"), page(PAGE + "/amp", title="AMP title", excerpt="AMP excerpt.")

    assert {
        "/related/3/title": ("Old title", "New"),
        "/related/3/excerpt": ("Old excerpt.", "AMP excerpt."),
    } == changed([first, amp])


def test_fill_mode_leaves_what_is_there():
    known = article(excerpt=None)

    assert {"/related/3/excerpt": (None, "New.")} == changed([page(title="New", excerpt="New.")], known, mode="fill")


def test_an_empty_text_counts_as_missing():
    assert {"/related/3/excerpt": ("", "New.")} == changed([page(excerpt="New.")], article(excerpt=""), mode="fill")


def test_only_the_fields_asked_for_are_touched():
    assert {"/related/3/excerpt": ("Old excerpt.", "New.")} == changed(
        [page(title="New", excerpt="New.")], fields=("excerpt",)
    )


def test_a_name_that_stands_for_the_title_is_the_owners_own():
    assert {} == changed([page(title="New")], article(title=None, keys=("name", "webUrl")))


def test_a_new_image_comes_with_its_true_size_and_is_not_cached():
    sizes = {NEW_IMAGE: ImageSize(800, 400, "jpeg")}

    assert {
        "/related/3/images/0/url": (OLD_IMAGE, NEW_IMAGE),
        "/related/3/images/0/width": (640, 800),
        "/related/3/images/0/height": (480, 400),
        "/related/3/images/0/isCached": (True, False),
    } == changed([page(image=NEW_IMAGE)], sizes=sizes)


def test_a_new_image_that_could_not_be_seen_changes_nothing():
    assert {} == changed([page(image=NEW_IMAGE)])


def test_a_picture_cropped_anew_under_its_old_address_changes_its_size_alone():
    sizes = {OLD_IMAGE: ImageSize(640, 360, "jpeg")}

    assert {"/related/3/images/0/height": (480, 360)} == changed([page(image=OLD_IMAGE)], sizes=sizes)


def test_an_article_without_images_gets_a_whole_block():
    sizes = {NEW_IMAGE: ImageSize(800, 400, "jpeg")}
    block = [{"url": NEW_IMAGE, "width": 800, "height": 400, "isCached": False}]

    assert {"/related/3/images": (None, block)} == changed([page(image=NEW_IMAGE)], article(images=()), sizes)


def test_an_image_that_the_article_lists_later_is_recognised():
    known = article(images=((0, Image(OLD_IMAGE, 640, 480)), (1, Image(NEW_IMAGE, 1, 1))))
    sizes = {OLD_IMAGE: ImageSize(640, 480, "jpeg"), NEW_IMAGE: ImageSize(800, 400, "png")}

    assert {"/related/3/images/1/width": (1, 800), "/related/3/images/1/height": (1, 400)} == changed(
        [page(image=NEW_IMAGE)], known, sizes
    )


def test_the_owners_own_picture_file_stays():
    known = article(images=((0, Image("/assets/own.jpg", 50, 50)),))

    assert {} == changed([page(image=NEW_IMAGE)], known, {NEW_IMAGE: ImageSize(800, 400, "jpeg")})


def test_the_pages_image_and_the_articles_own_are_wanted_each_once():
    known = article(images=((0, Image(OLD_IMAGE)), (1, Image("/assets/own.jpg")), (2, Image(NEW_IMAGE))))

    assert (NEW_IMAGE, OLD_IMAGE) == images_wanted(known, [page(image=NEW_IMAGE)])


def test_an_image_that_gives_way_is_wanted_too_so_that_the_two_can_be_compared():
    assert (NEW_IMAGE, OLD_IMAGE) == images_wanted(article(), [page(image=NEW_IMAGE)])
    assert OLD_IMAGE == image_replaced(article(), [page(image=NEW_IMAGE)], "refresh")
    assert image_replaced(article(), [page(image=OLD_IMAGE)], "refresh") is None


def test_a_date_is_written_in_the_house_style():
    said = page(published="2021-06-17T02:00:00+02:00")

    assert {"/related/3/publishedDateTime": (None, "2021-06-17T00:00:00Z")} == changed([said], fields=("published",))


@pytest.mark.parametrize("said", ["2021-06-17", "2021-06-17T10:30:00Z", "2021-06-17T12:30:00+02:00", "soon"])
def test_a_date_that_says_the_same_or_less_is_no_change(said):
    known = article(published="2021-06-17T10:30:00Z")

    assert {} == changed([page(published=said)], known, fields=("published",))


AMP, CACHED = "https://news.example/a/amp", "https://news-example.cdn.ampproject.org/c/s/news.example/a/amp"
OLD_AMP, OLD_CACHED = "https://news.example/amp/a", "https://news-example.cdn.ampproject.org/c/s/news.example/amp/a"
PAIRED = AmpPages(paired=frozenset({AMP}))


def amp_article():
    targets = (Target(Role.WEB, PAGE), Target(Role.AMP, OLD_AMP), Target(Role.AMP_CACHE, OLD_CACHED))
    return article(targets=targets, keys=("title", "excerpt", "images", "webUrl", "ampWebUrl", "cdnAmpWebUrl"))


def test_amp_addresses_are_filled_in_when_they_are_asked_for():
    found = changed([page(amphtml=AMP)], fields=("amp",), amp=PAIRED)

    assert {"/related/3/ampWebUrl": (None, AMP), "/related/3/cdnAmpWebUrl": (None, CACHED)} == found


def test_amp_addresses_stay_when_they_are_only_reported():
    gone = AmpPages(PAIRED.paired, frozenset({OLD_AMP}))

    assert {} == changed([page(amphtml=AMP)], amp_article(), amp=gone, amp_rule="report")


@pytest.mark.parametrize("rule", ["update", "remove"])
def test_amp_addresses_follow_the_page(rule):
    assert {"/related/3/ampWebUrl": (OLD_AMP, AMP), "/related/3/cdnAmpWebUrl": (OLD_CACHED, CACHED)} == changed(
        [page(amphtml=AMP)], amp_article(), amp=AmpPages(PAIRED.paired, frozenset({OLD_AMP})), amp_rule=rule
    )


def test_amp_addresses_are_not_added_by_updating():
    assert {} == changed([page(amphtml=AMP)], amp=PAIRED, amp_rule="update")


def test_amp_addresses_do_not_follow_to_a_page_that_does_not_point_back():
    assert {} == changed([page(amphtml=AMP)], amp_article(), amp=AmpPages(), amp_rule="update")
    assert {} == changed([page(amphtml=AMP)], fields=("amp",), amp=AmpPages())


def test_dead_amp_addresses_that_the_page_names_no_more_are_removed_with_their_copies():
    gone = AmpPages(dead=frozenset({OLD_AMP}))

    assert {"/related/3/ampWebUrl": (OLD_AMP, None), "/related/3/cdnAmpWebUrl": (OLD_CACHED, None)} == changed(
        [page()], amp_article(), amp=gone, amp_rule="remove"
    )


def test_that_a_copy_in_the_cache_goes_is_told_of_the_page_that_was_asked():
    gone = AmpPages(dead=frozenset({OLD_AMP}))
    found = found_changes([page()], amp_article(), amp=gone, amp_rule="remove")

    assert [OLD_AMP, OLD_AMP] == [change.source for change in found]


def the_page_still_names_it():
    return [page(amphtml=OLD_AMP)], "remove", "refresh"


def nobody_can_tell_what_the_page_names():
    return [], "remove", "refresh"


def only_what_is_missing_is_wanted():
    return [page()], "remove", "fill"


def removing_was_not_asked_for():
    return [page()], "update", "refresh"


@pytest.mark.parametrize(
    "when",
    [
        the_page_still_names_it,
        nobody_can_tell_what_the_page_names,
        only_what_is_missing_is_wanted,
        removing_was_not_asked_for,
    ],
)
def test_a_dead_amp_address_stays(when):
    witnesses, rule, mode = when()
    gone = AmpPages(dead=frozenset({OLD_AMP}))

    assert {} == changed(witnesses, amp_article(), mode=mode, amp=gone, amp_rule=rule)


def test_an_amp_key_of_another_shape_is_the_owners_own():
    known = article(keys=("title", "excerpt", "images", "webUrl", "ampWebUrl", "cdnAmpWebUrl"))

    assert {} == changed([page(amphtml=AMP)], known, fields=("amp",), amp=PAIRED)


SIZE = ImageSize(640, 480, "jpeg")


def test_the_same_picture_at_another_address_is_no_change():
    pictures = {OLD_IMAGE: Picture(SIZE, "one file"), NEW_IMAGE: Picture(SIZE, "one file")}

    assert {} == changed([page(image=NEW_IMAGE)], sizes=pictures)
    assert NEW_IMAGE == same_picture_elsewhere(article(), [page(image=NEW_IMAGE)], pictures, "refresh")


def test_the_same_picture_at_another_address_is_a_change_once_the_old_one_is_gone():
    pictures = {OLD_IMAGE: Picture(SIZE, "one file", gone=True), NEW_IMAGE: Picture(SIZE, "one file")}

    address, cached = found_changes([page(image=NEW_IMAGE)], sizes=pictures)

    assert (OLD_IMAGE, NEW_IMAGE) == (address.before, address.after)
    assert "the same picture at a new address; the old one is gone" == address.reason
    assert "/related/3/images/0/isCached" == cached.pointer


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Picture(SIZE, "one file"), Picture(SIZE, "another file")),
        (Picture(SIZE), Picture(SIZE)),
        (Picture(ImageSize(64, 48, "jpeg"), "one file"), Picture(SIZE, "one file")),
    ],
)
def test_pictures_that_may_differ_are_another_image(old, new):
    found = found_changes([page(image=NEW_IMAGE)], sizes={OLD_IMAGE: old, NEW_IMAGE: new})

    assert (OLD_IMAGE, NEW_IMAGE, "the page has another image") == (found[0].before, found[0].after, found[0].reason)


def declaring(width, height, image=NEW_IMAGE):
    claim = Candidate("image", image, "meta og:image", PAGE, width, height)
    return Metadata(url=PAGE, image=image, candidates={"image": (claim,)})


@pytest.mark.parametrize(
    ("expected", "known", "declared"),
    [
        ("the article had no image; the page declares 1200 x 630, it is 800 x 400", article(images=()), (1200, 630)),
        ("its true size; the page declares 1200 x ?, it is 800 x 400", article(), (1200, None)),
        ("its true size", article(), (800, 400)),
        ("its true size", article(), (None, None)),
    ],
)
def test_a_size_that_a_page_declares_wrongly_is_told(expected, known, declared):
    found = found_changes([declaring(*declared)], known, {NEW_IMAGE: ImageSize(800, 400, "jpeg")})

    assert expected in {change.reason for change in found}


def test_a_wrongly_declared_size_of_the_articles_own_image_is_told():
    (width,) = found_changes([declaring(640, 480, OLD_IMAGE)], sizes={OLD_IMAGE: ImageSize(800, 480, "png")})

    assert (800, "its true size; the page declares 640 x 480, it is 800 x 480") == (width.after, width.reason)


def test_filling_sees_to_the_articles_own_image_and_replaces_none():
    known = article(images=((0, Image(OLD_IMAGE)),))
    sizes = {OLD_IMAGE: ImageSize(100, 50, "jpeg"), NEW_IMAGE: ImageSize(800, 400, "jpeg")}

    assert image_replaced(known, [page(image=NEW_IMAGE)], "fill") is None
    assert {"/related/3/images/0/width": (None, 100), "/related/3/images/0/height": (None, 50)} == changed(
        [page(image=NEW_IMAGE)], known, sizes, mode="fill"
    )


@pytest.mark.parametrize("mode", ["refresh", "fill"])
def test_a_value_of_the_owners_own_shape_is_not_missing(mode):
    known = article(title=None, excerpt=None, images=(), opaque=frozenset({"title", "excerpt", "images"}))
    said = page(title="New", excerpt="New.", image=NEW_IMAGE)

    assert {} == changed([said], known, {NEW_IMAGE: ImageSize(800, 400, "jpeg")}, mode=mode)
