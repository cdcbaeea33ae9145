"""Addresses of the patient's side."""

from django.urls import path

from appointments import lookup, own_answers, own_request, views

app_name = "appointments"
urlpatterns = [
    path("request-appointment/", views.ask, name="form"),
    path("request-appointment/check/", views.check, name="check"),
    path("request-appointment/sent/", views.sent, name="sent"),
    path("my-request/", lookup.find, name="find"),
    path("my-request/<str:token>/", own_request.my_request, name="my_request"),
    path("my-request/<str:token>/change/", own_answers.change, name="change"),
    path("my-request/<str:token>/call-time/", own_request.call_time, name="call_time"),
    path("my-request/<str:token>/withdraw/", own_request.withdraw, name="withdraw"),
    path("my-request/<str:token>/undo/", own_request.take_back, name="take_back"),
]
