/// Ways to the quotas for people who keep their own gateway: it asks before it passes a request on, and Tollgate
/// decides, counts and records as if the request had come to the proxy.
@NullMarked
package dev.tollgate.gateway.door;

import org.jspecify.annotations.NullMarked;
