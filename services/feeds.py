"""What machines read: the feed of articles and the sitemap."""

import datetime

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from services import facts, tokens
from services.models import Page, Publication

ARTICLES_IN_FEED = 20


class ArticleFeed(Feed):
    """Atom feed of the newest articles (RFC 4287); addresses from SITE_URL, as in the sitemap."""

    feed_type = Atom1Feed

    def title(self):
        return _("Articles by {clinic}").format(clinic=facts.current().name)

    def author_name(self):
        return facts.current().name

    def link(self):
        return settings.SITE_URL + reverse("services:articles")

    def feed_url(self):
        return settings.SITE_URL + reverse("services:feed")

    def items(self):
        live = Publication.objects.live().of_kind(Page.Kind.ARTICLE).without_body()
        return live.newest_first()[:ARTICLES_IN_FEED]

    def item_title(self, item):
        return item.title  # Atom titles are plain text, summaries are HTML

    def item_description(self, item):
        return escape(tokens.plain(item.summary, facts.current()))

    def item_link(self, item):
        return settings.SITE_URL + item.path

    def item_pubdate(self, item):
        midnight = datetime.datetime.combine(item.dated, datetime.time())
        return timezone.make_aware(midnight, facts.current().zone)

    def item_updateddate(self, item):
        return item.starts_at


class _SiteAddresses(Sitemap):
    """Full addresses come from SITE_URL, not from the Host header of whoever asks."""

    protocol = settings.SITE_URL.partition("://")[0]

    def get_domain(self, site=None):
        return settings.SITE_URL.partition("://")[2]


class PublicationSitemap(_SiteAddresses):
    """Every page in public, with the moment this version of it went there."""

    def items(self):
        return Publication.objects.live().at_active_locations().without_body().order_by("path")

    def lastmod(self, item):
        return item.starts_at


class FixedSitemap(_SiteAddresses):
    """Home, hubs, categories and locations; nobody knows when these changed last."""

    def items(self):
        names = [
            "home",
            "services:treatments",
            "services:conditions",
            "services:articles",
            "services:locations",
        ]
        categories = Publication.objects.live().category_slugs()
        return [
            *[reverse(name) for name in names],
            *[reverse("services:category", args=[slug]) for slug in categories],
            *[location.url for location in facts.current().locations],
        ]

    def location(self, item):
        return item


SITEMAPS = {"pages": PublicationSitemap, "site": FixedSitemap}
