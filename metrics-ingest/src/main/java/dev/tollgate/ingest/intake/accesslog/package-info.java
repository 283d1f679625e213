/// Turns access logs of web servers into events.
@NullMarked
package dev.tollgate.ingest.intake.accesslog;

import org.jspecify.annotations.NullMarked;
