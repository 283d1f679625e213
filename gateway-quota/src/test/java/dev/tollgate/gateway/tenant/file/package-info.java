@NullMarked
package dev.tollgate.gateway.tenant.file;

import org.jspecify.annotations.NullMarked;
