/// What a visitor sees move: sample tenants, a sample API behind the gateway, and traffic to it.
@NullMarked
package dev.tollgate.quickstart.sample;

import org.jspecify.annotations.NullMarked;
