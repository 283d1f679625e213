/// The intake over HTTP: CloudEvents in, an answer for each. `openapi/intake.yaml` describes it.
@NullMarked
package dev.tollgate.ingest.intake.http;

import org.jspecify.annotations.NullMarked;
