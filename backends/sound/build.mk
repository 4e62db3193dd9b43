# sound.conf: which card, which of its channels are which output, which streams a partition has. Needs $(VDEV_SRC),
# $(VDEV_AUDIO_SRC) and -linih.
SOUND_CONF_SRC := backends/sound/conf.c $(INI_SRC)
