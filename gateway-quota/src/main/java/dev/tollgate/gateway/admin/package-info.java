/// What operators see and change: tenants, plans, limits, keys, route policies, sources of events; usage, denials and
/// the audit log.
@NullMarked
package dev.tollgate.gateway.admin;

import org.jspecify.annotations.NullMarked;
