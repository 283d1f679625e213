/// What a tenant may do: the limits of its quotas and how they are enforced.
@NullMarked
package dev.tollgate.gateway.policy;

import org.jspecify.annotations.NullMarked;
