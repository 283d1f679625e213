@NullMarked
package dev.tollgate.gateway.violation.kafka;

import org.jspecify.annotations.NullMarked;
