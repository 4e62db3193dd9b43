# WAV files, and the headless card made of them.
WAV_SRC := backends/wav/wav.c backends/wav/card.c
