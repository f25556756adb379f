/*
 * Keys that the place gives where this runs: a container's endpoint, an instance's metadata service. Never through a
 * proxy.
 */
#ifndef AWS_METADATA_H
#define AWS_METADATA_H

#include "aws_asking.h"

/* aws_metadata_container(asking, error): keys from AWS_CONTAINER_CREDENTIALS_RELATIVE_URI at 169.254.170.2, else from
   AWS_CONTAINER_CREDENTIALS_FULL_URI: by https, or by http from loopback, 169.254.170.2, 169.254.170.23 or fd00:ec2::23
   alone. The token of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, else AWS_CONTAINER_AUTHORIZATION_TOKEN, is sent along.
   Errors: HANSARD_NOT_FOUND when neither is set; HANSARD_INVALID "invalid_endpoint", "invalid_token"; those of
   aws_asking_take(). */
enum hansard_status aws_metadata_container(struct aws_asking *asking, struct hansard_error *error);

/* aws_metadata_instance(asking, error): keys of the instance's role, by version 2 of the service and no other: a token
   first, then the role's name, then its keys. At AWS_EC2_METADATA_SERVICE_ENDPOINT, ec2_metadata_service_endpoint, else
   169.254.169.254, or fd00:ec2::254 where AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE or ec2_metadata_service_endpoint_mode
   is IPv6. Errors: HANSARD_NOT_FOUND, saying why, when AWS_EC2_METADATA_DISABLED is true, nobody answers there within a
   second, or the instance has no role; HANSARD_INVALID "invalid_endpoint", "invalid_setting"; those of
   aws_asking_take(). */
enum hansard_status aws_metadata_instance(struct aws_asking *asking, struct hansard_error *error);

#endif
