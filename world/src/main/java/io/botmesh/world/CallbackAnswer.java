package io.botmesh.world;

/**
 * What a person is shown after a button was pressed.
 *
 * @param text      empty for nothing
 * @param showAlert whether it stands in a window that has to be closed
 * @param url       page or game that opens; empty for none
 */
public record CallbackAnswer(String text, boolean showAlert, String url) {}
