/// The admin API over HTTP: Spring MVC in a small Tomcat on a port of its own.
@NullMarked
package dev.tollgate.gateway.admin.http;

import org.jspecify.annotations.NullMarked;
