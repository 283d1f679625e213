/// Registers the tenants found in access logs.
@NullMarked
package dev.tollgate.ingest.intake.accesslog.postgres;

import org.jspecify.annotations.NullMarked;
