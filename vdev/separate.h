/* For functions whose common way is short and whose rare ways are long. */
#ifndef VDEV_SEPARATE_H
#define VDEV_SEPARATE_H

/* A rare way: not inlined, so that the common one saves no registers for it. */
#define SEPARATE __attribute__((noinline))

#endif
