// The C library's header, with two functions of glibc 2.32 that glibc_2_31.cpp defines.
#pragma once

#include_next <string.h>

#ifdef __cplusplus
extern "C" {
#endif

const char* strerrordesc_np(int error);
const char* sigabbrev_np(int signal);

#ifdef __cplusplus
}
#endif
