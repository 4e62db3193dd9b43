/* What the demo's recordings are known by. */
#ifndef HANDSET_SOUNDS_H
#define HANDSET_SOUNDS_H

/* A steady tone in the music, above every voice and every tune of the phone. */
#define MUSIC_SHIMMER_HZ    6200.0
#define MUSIC_SHIMMER_LEVEL 0.02

#endif
