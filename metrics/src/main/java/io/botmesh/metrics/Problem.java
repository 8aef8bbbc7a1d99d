package io.botmesh.metrics;

/**
 * Why a bot is not healthy.
 *
 * @param bot  the bot's id
 * @param code for programs; docs/operations.md lists them
 * @param text for people; names no token and nothing that a user has sent
 */
public record Problem(long bot, String code, String text) {}
