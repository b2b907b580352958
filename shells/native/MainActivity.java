package app.outlay;

import android.content.ContentResolver;
import android.content.Intent;
import android.database.Cursor;
import android.net.Uri;
import android.os.Bundle;
import android.provider.OpenableColumns;
import android.view.WindowManager;
import com.getcapacitor.BridgeActivity;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The app's only screen. A file that another app shares or opens with us is copied to where only we read it. */
public class MainActivity extends BridgeActivity {
    private static final String FOLDER = "shared";
    private static final int LIMIT_BYTES = 64 * 1024 * 1024;

    @Override
    public void onCreate(Bundle savedInstanceState) {
        if (savedInstanceState == null) clear(folder());
        setIntent(taken(getIntent()));
        super.onCreate(savedInstanceState);
        // neither pictures of the screen nor the switcher of apps show what is in a book
        getWindow().setFlags(WindowManager.LayoutParams.FLAG_SECURE, WindowManager.LayoutParams.FLAG_SECURE);
    }

    @Override
    protected void onNewIntent(Intent intent) {
        super.onNewIntent(taken(intent));
    }

    /** An intent that carries a file becomes one that opens our copy of it; every other one stays as it is. */
    private Intent taken(Intent intent) {
        if (intent == null) return null;
        Uri from = source(intent);
        if (from == null || !ContentResolver.SCHEME_CONTENT.equals(from.getScheme())) return intent;
        try {
            return new Intent(Intent.ACTION_VIEW, Uri.fromFile(copy(from)), this, MainActivity.class);
        } catch (IOException | SecurityException unreadable) {
            return new Intent(Intent.ACTION_MAIN, null, this, MainActivity.class);
        }
    }

    @SuppressWarnings("deprecation") // the typed getter needs Android 13
    private static Uri source(Intent intent) {
        if (Intent.ACTION_SEND.equals(intent.getAction())) return intent.getParcelableExtra(Intent.EXTRA_STREAM);
        return Intent.ACTION_VIEW.equals(intent.getAction()) ? intent.getData() : null;
    }

    private File folder() {
        return new File(getCacheDir(), FOLDER);
    }

    private File copy(Uri from) throws IOException {
        File to = new File(folder(), name(from));
        if (!folder().isDirectory() && !folder().mkdirs()) throw new IOException("no folder");
        try (InputStream in = getContentResolver().openInputStream(from); OutputStream out = new FileOutputStream(to)) {
            if (in == null) throw new IOException("nothing to read");
            byte[] some = new byte[64 * 1024];
            int all = 0;
            for (int read = in.read(some); read >= 0; read = in.read(some)) {
                all += read;
                if (all > LIMIT_BYTES) throw new IOException("too large");
                out.write(some, 0, read);
            }
        }
        return to;
    }

    /** The last part of the name that the other app gives it, so that it cannot lead out of the folder. */
    private String name(Uri from) {
        String[] columns = { OpenableColumns.DISPLAY_NAME };
        try (Cursor cursor = getContentResolver().query(from, columns, null, null, null)) {
            if (cursor != null && cursor.moveToFirst() && cursor.getString(0) != null) {
                String name = new File(cursor.getString(0)).getName();
                if (!name.isEmpty() && !name.equals("..") && !name.equals(".")) return name;
            }
        }
        return "file";
    }

    private static void clear(File folder) {
        File[] files = folder.listFiles();
        if (files == null) return;
        for (File file : files) file.delete();
    }
}
