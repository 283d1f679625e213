/// What must survive a restart without the ledger, in a file.
@NullMarked
package dev.tollgate.gateway.admission.file;

import org.jspecify.annotations.NullMarked;
