/*
 * A DynamoDB for test programs in C: the one that HANSARD_DYNAMODB_ENDPOINT names, on a loopback address, else an emulator
 * (tools/dynamodb-emulator) that is started once and ends with this process.
 */
#ifndef EMULATOR_H
#define EMULATOR_H

/* emulator_endpoint(ret_reason): its URL, without a path; NULL when it cannot be had here, then *ret_reason says why. Both live as
   long as the process. */
const char *emulator_endpoint(const char **ret_reason);

#endif
