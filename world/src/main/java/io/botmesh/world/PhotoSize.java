package io.botmesh.world;

/**
 * One of the sizes in which a photo is there.
 *
 * @param width  in pixels
 * @param height in pixels
 */
record PhotoSize(int width, int height, Blob content) {}
