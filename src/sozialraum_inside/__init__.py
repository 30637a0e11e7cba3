"""The Datenwerkstatt: the inside path in a browser, on one machine, over one municipality folder.

The folder is the only state. What people do here is what the commands do; every change is on record and can be undone.
"""
