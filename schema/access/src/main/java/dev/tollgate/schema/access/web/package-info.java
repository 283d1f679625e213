/// What the Spring MVC endpoints of the services share: operator keys, problems, pages, strict bodies. Its libraries
/// are optional here: a service that uses it brings Spring MVC, a servlet container and Jackson.
@NullMarked
package dev.tollgate.schema.access.web;

import org.jspecify.annotations.NullMarked;
