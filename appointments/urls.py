"""Addresses of the patient's side."""

from django.urls import path

from appointments import views

app_name = "appointments"
urlpatterns = [
    path("request-appointment/", views.ask, name="form"),
    path("request-appointment/check/", views.check, name="check"),
    path("request-appointment/sent/", views.sent, name="sent"),
    path("my-request/", views.find, name="find"),
    path("my-request/<str:token>/", views.my_request, name="my_request"),
]
