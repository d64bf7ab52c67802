#pragma once
// Giving freed memory back to the system: a call of the C library that Swift's module of it leaves out.
#include <malloc.h>
