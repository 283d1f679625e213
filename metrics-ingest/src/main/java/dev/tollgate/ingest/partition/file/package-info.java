/// Exported months as files: compressed CSV with a manifest.
@NullMarked
package dev.tollgate.ingest.partition.file;

import org.jspecify.annotations.NullMarked;
