@NullMarked
package dev.tollgate.gateway.admission.file;

import org.jspecify.annotations.NullMarked;
