@NullMarked
package dev.tollgate.ingest.intake.accesslog;

import org.jspecify.annotations.NullMarked;
