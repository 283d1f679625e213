package dev.tollgate.gateway.admin;

/// What can be bought, with the limits that a tenant of it starts with.
public record PlanRow(String plan, String name, Limits limits) {}
