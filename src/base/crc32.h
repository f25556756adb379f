/*
 * CRC-32 as Ethernet, zlib and AWS's services compute it (ISO 3309, polynomial 0xedb88320 reflected). It finds what a
 * wire has changed, and no attacker.
 */
#ifndef CRC32_H
#define CRC32_H

#include "bytes.h"

/* crc32_of(bytes): of "123456789" it is 0xcbf43926. */
uint32_t crc32_of(struct bytes bytes);

#endif
