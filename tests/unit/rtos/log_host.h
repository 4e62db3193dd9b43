/* log_line of the RTOS run-time, on the host: what was said last. */
#ifndef TESTS_LOG_HOST_H
#define TESTS_LOG_HOST_H

extern char log_host_last[512];
extern unsigned log_host_count;

#endif
