"""Addresses of the public pages."""

from django.urls import path
from django.views.decorators.http import require_safe

from services import views
from services.feeds import ArticleFeed

app_name = "services"
urlpatterns = [
    path("treatments/", views.treatments, name="treatments"),
    path("treatments/<slug:slug>/", views.page, name="treatment"),
    path("conditions/", views.conditions, name="conditions"),
    path("conditions/<slug:slug>/", views.page, name="condition"),
    path("articles/", views.articles, name="articles"),
    path("articles/feed/", require_safe(ArticleFeed()), name="feed"),
    path("articles/category/<slug:slug>/", views.articles, name="category"),
    path("articles/<slug:slug>/", views.page, name="article"),
    path("locations/", views.locations, name="locations"),
    path("locations/<slug:slug>/", views.location, name="location"),
    path("locations/<slug:location>/<slug:slug>/", views.page, name="location_treatment"),
    path("preview/<str:token>/", views.shared_preview, name="shared_preview"),
    path("search/", views.find, name="search"),
    # Last: it takes every single word.
    path("<slug:slug>/", views.page, name="other"),
]
