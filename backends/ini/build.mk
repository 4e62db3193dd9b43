# A configuration file read whole or refused with file and line. Needs $(VDEV_SRC) and -linih.
INI_SRC := backends/ini/ini_file.c
