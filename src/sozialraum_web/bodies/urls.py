"""Addresses of bodies, meetings, papers and tasks inside a municipality, below `planung/`."""

from django.urls import path

from sozialraum_web.bodies.views import bodies, files, meetings, tasks
from sozialraum_web.planning import urls as planning_urls  # noqa: F401 - registers the word of a kind

urlpatterns = [
    path("gremien/", bodies.body_list, name="bodies"),
    path("gremien/sitzungen.ics", bodies.all_meetings, name="meetings_calendar"),
    path("gremien/<int:number>/", bodies.body, name="body"),
    path("vorlagen/<int:number>/", bodies.paper, name="paper"),
    path("vorlagen/<int:number>/stationen/<int:pk>/ergebnis/", bodies.station_result, name="station_result"),
    path("sitzungen/<int:number>/", meetings.meeting, name="meeting"),
    path("sitzungen/<int:number>/einladen/", meetings.invite, name="invite"),
    path("sitzungen/<int:number>/absagen/", meetings.cancel, name="cancel_meeting"),
    path("sitzungen/<int:number>/abschliessen/", meetings.close, name="close_meeting"),
    path("sitzungen/<int:number>/genehmigen/", meetings.approve, name="approve_minutes"),
    path("sitzungen/<int:number>/teilnahme/", meetings.attend, name="attend"),
    path("sitzungen/<int:number>/beschliessen/", meetings.decide, name="decide"),
    path("sitzungen/<int:number>/protokoll/<int:pk>/", meetings.write_minutes, name="write_minutes"),
    path("sitzungen/<int:number>/sitzung.ics", meetings.calendar, name="meeting_calendar"),
    path("sitzungen/<int:number>/<slug:name>.<slug:ending>", meetings.paper, name="meeting_paper"),
    path("aufgaben/", tasks.task_list, name="tasks"),
    path("aufgaben/<int:number>/", tasks.task, name="task"),
    path("aufgaben/<int:number>/stand/", tasks.task_state, name="task_state"),
    path("mitteilungen/", tasks.habits, name="habits"),
    path("abonnieren/", tasks.subscribe, name="subscribe"),
    path("<art:art>/<int:number>/anlagen/", files.attach, name="attach"),
    path("<art:art>/<int:number>/anlagen/<int:pk>/", files.load, name="attachment"),
    path("<art:art>/<int:number>/anlagen/<int:pk>/entfernen/", files.detach, name="detach"),
    path("<art:art>/<int:number>/kommentar/", tasks.comment, name="comment"),
    path("kommentare/<int:pk>/zuruecknehmen/", tasks.withdraw, name="withdraw_comment"),
]
