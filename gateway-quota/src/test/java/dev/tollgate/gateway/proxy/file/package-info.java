@NullMarked
package dev.tollgate.gateway.proxy.file;

import org.jspecify.annotations.NullMarked;
