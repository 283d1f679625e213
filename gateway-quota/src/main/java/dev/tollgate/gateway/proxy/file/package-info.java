/// Routes in a file that is followed while the gateway runs.
@NullMarked
package dev.tollgate.gateway.proxy.file;

import org.jspecify.annotations.NullMarked;
