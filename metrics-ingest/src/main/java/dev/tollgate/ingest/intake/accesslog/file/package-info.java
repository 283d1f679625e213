/// Reads access logs.
@NullMarked
package dev.tollgate.ingest.intake.accesslog.file;

import org.jspecify.annotations.NullMarked;
