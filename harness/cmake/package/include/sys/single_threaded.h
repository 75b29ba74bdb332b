// glibc 2.32's header for an older one; glibc_2_31.cpp keeps the variable. For libstdc++ too, whose code then is as in other builds.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

extern char __libc_single_threaded;

#ifdef __cplusplus
}
#endif
