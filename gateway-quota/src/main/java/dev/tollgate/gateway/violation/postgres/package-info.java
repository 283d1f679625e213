/// Counted denials in `tenant_quota_violations`.
@NullMarked
package dev.tollgate.gateway.violation.postgres;

import org.jspecify.annotations.NullMarked;
