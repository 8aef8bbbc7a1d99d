package io.botmesh.emulator;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Sets the scene. */
final class ControlHandler implements Request.Handler {
    private final Emulator emulator;

    ControlHandler(Emulator emulator) {
        this.emulator = emulator;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Response.writeError(request, response, callback, emulator == null ? 500 : 404);
        return true;
    }
}
