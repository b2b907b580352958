"""The phones' apps as `make android` and `make ios` generate them: read with real parsers, and compared with the app.

What only Xcode and Android Studio can show (that it compiles, that it runs) is not shown here.
"""

from __future__ import annotations

import json
import plistlib
import re
import struct
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

SHELLS = Path(__file__).resolve().parents[1]
ROOT = SHELLS.parent
TIMEOUT_S = 300
A = "{http://schemas.android.com/apk/res/android}"
MAIN = SHELLS / "android" / "app" / "src" / "main"
IOS = SHELLS / "ios" / "App" / "App"
READ = json.loads((ROOT / "spec" / "imports.json").read_text())
"""The files that an import reads."""


@pytest.fixture(scope="module", autouse=True)
def _generated() -> None:
    for platform in ("android", "ios"):
        made = subprocess.run(
            [ROOT / ".tools" / "bin" / "node", SHELLS / "generate.ts", platform],
            capture_output=True, text=True, timeout=TIMEOUT_S,
        )  # fmt: skip
        assert made.returncode == 0, made.stdout + made.stderr


def manifest() -> ET.Element:
    return ET.parse(MAIN / "AndroidManifest.xml").getroot()


def one(parent: ET.Element, path: str) -> ET.Element:
    found = parent.findall(path)
    assert len(found) == 1, path
    return found[0]


def info() -> dict[str, object]:
    with (IOS / "Info.plist").open("rb") as file:
        found: dict[str, object] = plistlib.load(file)
    return found


def png_size(path: Path) -> tuple[int, int]:
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", path
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def test_android_copies_nothing_away_and_speaks_https() -> None:
    application = one(manifest(), "application")
    assert application.get(f"{A}allowBackup") == "false"
    assert application.get(f"{A}usesCleartextTraffic") == "false"
    assert application.get(f"{A}networkSecurityConfig") == "@xml/network_security_config"
    assert application.get(f"{A}dataExtractionRules") == "@xml/data_extraction_rules"
    rules = ET.parse(MAIN / "res" / "xml" / "data_extraction_rules.xml").getroot()
    for kind in ("cloud-backup", "device-transfer"):
        assert {each.get("domain") for each in one(rules, kind)} == {
            "root",
            "file",
            "database",
            "sharedpref",
            "external",
        }
    network = ET.parse(MAIN / "res" / "xml" / "network_security_config.xml").getroot()
    assert one(network, "base-config").get("cleartextTrafficPermitted") == "false"
    plain = one(network, "domain-config")
    assert plain.get("cleartextTrafficPermitted") == "true"
    assert {domain.text for domain in plain} == {"localhost", "127.0.0.1"}


def test_android_asks_for_the_network_and_a_finger_and_nothing_else() -> None:
    asked = {each.get(f"{A}name") for each in manifest().findall("uses-permission")}
    assert asked == {"android.permission.INTERNET", "android.permission.USE_BIOMETRIC"}


VAULT = ("@aparajita/capacitor-secure-storage", "@capgo/capacitor-native-biometric")
"""Keychain and Keystore: of the session, and of the app lock."""


def test_both_projects_build_what_keeps_the_session_and_the_locks_secret() -> None:
    gradle = (SHELLS / "android" / "app" / "capacitor.build.gradle").read_text()
    folders = (SHELLS / "android" / "capacitor.settings.gradle").read_text()
    classes = json.loads((MAIN / "assets" / "capacitor.plugins.json").read_text())
    swift = (SHELLS / "ios" / "App" / "CapApp-SPM" / "Package.swift").read_text()
    for name in VAULT:
        project = name.removeprefix("@").replace("/", "-")
        assert f"implementation project(':{project}')" in gradle
        assert f"new File('../node_modules/{name}/android')" in folders
        assert [each["classpath"] for each in classes if each["pkg"] == name]
        assert f'path: "../../../node_modules/{name}")' in swift
    config = json.loads((IOS / "capacitor.config.json").read_text())
    assert {"SecureStorage", "NativeBiometricPlugin"} <= set(config["packageClassList"])


def test_the_plugins_still_bind_keys_as_we_were_told() -> None:
    """A new version of them that does less fails here (docs/decisions/0022-the-phones-vault.md)."""
    storage, biometric = (SHELLS / "node_modules" / name for name in VAULT)
    java = (
        biometric / "android/src/main/java/ee/forgr/biometric/AsymmetricSecureDataHelper.java"
    ).read_text()
    for call in (
        "setUserAuthenticationRequired(true)",
        "setUserAuthenticationParameters(0, KeyProperties.AUTH_BIOMETRIC_STRONG)",
        "setInvalidatedByBiometricEnrollment(invalidatedByEnrollment)",
        "new BiometricPrompt.CryptoObject(cipher)",
    ):
        assert call in java
    swift = (biometric / "ios/Sources/NativeBiometricPlugin/NativeBiometricPlugin.swift").read_text()
    kept = swift[swift.index("func storeProtectedData(") : swift.index("func deleteProtectedData(")]
    assert "accessControl == 1 ? .biometryCurrentSet" in kept
    assert "kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly" in kept
    assert "kSecAttrAccessControl as String: access" in kept
    java = (
        storage / "android/src/main/java/com/aparajita/capacitor/securestorage/SecureStorage.java"
    ).read_text()
    assert 'ANDROID_KEY_STORE = "AndroidKeyStore"' in java
    assert 'CIPHER_TRANSFORMATION = "AES/GCM/NoPadding"' in java
    swift = (storage / "ios/Sources/SecureStoragePlugin/Plugin.swift").read_text()
    assert (
        "case 3:\n        return KeychainSwiftAccessOptions.accessibleAfterFirstUnlockThisDeviceOnly" in swift
    )
    definitions = (storage / "dist/esm/definitions.js").read_text()
    assert '"afterFirstUnlockThisDeviceOnly"] = 3]' in definitions


def test_android_takes_files_that_are_shared_or_opened() -> None:
    filters: dict[str, set[str]] = {}
    for each in one(manifest(), "application/activity").findall("intent-filter"):
        action = one(each, "action").get(f"{A}name") or ""
        if {data.get(f"{A}scheme") for data in each.findall("data")} == {"outlay"}:
            continue
        filters[action] = {data.get(f"{A}mimeType") or "" for data in each.findall("data")}
        if action.endswith("VIEW"):
            assert {data.get(f"{A}scheme") for data in each.findall("data")} == {"content"}
    kinds = {media for each in READ for media in each["media"]}
    assert filters["android.intent.action.SEND"] == kinds | {"text/plain", "application/octet-stream"}
    # Any text would otherwise offer to be opened with a ledger.
    assert filters["android.intent.action.VIEW"] == kinds
    activity = (MAIN / "java" / "app" / "outlay" / "MainActivity.java").read_text()
    assert "class MainActivity extends BridgeActivity" in activity


def test_android_takes_the_end_of_a_sign_in_from_the_browser() -> None:
    (found,) = [
        each
        for each in one(manifest(), "application/activity").findall("intent-filter")
        if any(data.get(f"{A}scheme") == "outlay" for data in each.findall("data"))
    ]
    assert one(found, "data").get(f"{A}host") == "signed-in"
    assert one(found, "action").get(f"{A}name") == "android.intent.action.VIEW"
    categories = {each.get(f"{A}name") for each in found.findall("category")}
    assert categories == {"android.intent.category.DEFAULT", "android.intent.category.BROWSABLE"}
    assert {"CFBundleURLName": "app.outlay", "CFBundleURLSchemes": ["outlay"]} in info()["CFBundleURLTypes"]  # type: ignore[operator]  # a list


@pytest.fixture(scope="module")
def words() -> dict[str, dict[str, str]]:
    """What is said outside of the page, by language and key."""
    script = "import('./app/src/messages/shell.ts').then(({ SHELL }) => console.log(JSON.stringify(SHELL)))"
    found: dict[str, dict[str, str]] = json.loads(node(script))
    assert set(found) == {"en", "de", "es", "hi", "ar", "zh"}
    for each in found.values():
        assert set(each) == set(found["en"])
    return found


def node(script: str) -> str:
    asked = subprocess.run(
        [ROOT / ".tools" / "bin" / "node", "-e", script],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=TIMEOUT_S,
    )  # fmt: skip
    return asked.stdout


TAGS = {"en": "en", "de": "de", "es": "es", "hi": "hi", "ar": "ar", "zh": "zh-Hans"}
"""BCP 47 of each language."""


def test_android_says_the_shortcut_in_every_language(words: dict[str, dict[str, str]]) -> None:
    for language, said in words.items():
        folder = MAIN / "res" / ("values" if language == "en" else f"values-{language}")
        strings = ET.parse(folder / "strings.xml").getroot()
        named = {each.get("name"): each.text for each in strings}
        assert named["shortcut_add_expense"] == said["shell.add"]
    assert one(manifest(), "application").get(f"{A}localeConfig") == "@xml/locales_config"
    offered = ET.parse(MAIN / "res" / "xml" / "locales_config.xml").getroot()
    assert [each.get(f"{A}name") for each in offered] == list(TAGS.values())


def test_ios_says_all_of_its_own_in_every_language(words: dict[str, dict[str, str]]) -> None:
    found = info()
    assert found["CFBundleLocalizations"] == list(TAGS.values())
    (item,) = found["UIApplicationShortcutItems"]  # type: ignore[misc]  # a list, says the next line
    asked = {
        "NSCameraUsageDescription": "shell.camera",
        "NSFaceIDUsageDescription": "shell.face",
        "NSPhotoLibraryUsageDescription": "shell.pictures",
        item["UIApplicationShortcutItemTitle"]: "shell.add",
    }
    for language, said in words.items():
        text = (IOS / f"{TAGS[language]}.lproj" / "InfoPlist.strings").read_text("utf-8")
        own = dict(re.findall(r'^"(.+)" = "(.+)";$', text, re.MULTILINE))
        assert own == {name: said[key] for name, key in asked.items()}
    for name, key in asked.items():
        assert found.get(name, name) == words["en"][key]


def test_xcode_has_those_words_in_its_list_of_files() -> None:
    path = IOS.parent / "App.xcodeproj" / "project.pbxproj"
    read = f"require('./shells/node_modules/xcode').project({json.dumps(str(path))}).parseSync()"
    objects = json.loads(node(f"console.log(JSON.stringify({read}.hash.project.objects))"))
    (group,) = (
        key
        for key, each in objects["PBXVariantGroup"].items()
        if isinstance(each, dict) and each["name"] == "InfoPlist.strings"
    )
    files = objects["PBXFileReference"]
    listed = [
        files[each["value"]]["path"].strip('"') for each in objects["PBXVariantGroup"][group]["children"]
    ]
    assert listed == [f"{tag}.lproj/InfoPlist.strings" for tag in TAGS.values()]
    assert all((IOS / each).is_file() for each in listed)
    (built,) = (
        key
        for key, each in objects["PBXBuildFile"].items()
        if isinstance(each, dict) and each.get("fileRef") == group
    )
    (phase,) = (each for each in objects["PBXResourcesBuildPhase"].values() if isinstance(each, dict))
    assert built in {each["value"] for each in phase["files"]}
    (main,) = (
        each for each in objects["PBXGroup"].values() if isinstance(each, dict) and each.get("path") == "App"
    )
    assert group in {each["value"] for each in main["children"]}
    (whole,) = (each for each in objects["PBXProject"].values() if isinstance(each, dict))
    assert {each.strip('"') for each in whole["knownRegions"]} == {*TAGS.values(), "Base"}


def test_the_web_manifest_is_there_in_every_language(words: dict[str, dict[str, str]]) -> None:
    built = ROOT / "app" / "build"
    english = json.loads((ROOT / "app" / "static" / "manifest.webmanifest").read_text("utf-8"))
    assert english["description"] == words["en"]["shell.about"]
    assert [each["name"] for each in english["shortcuts"]] == [
        words["en"]["shell.add"],
        words["en"]["shell.transactions"],
    ]
    for language, said in words.items():
        name = "manifest.webmanifest" if language == "en" else f"manifest.{language}.webmanifest"
        own = json.loads((built / name).read_text("utf-8"))
        assert (own["lang"], own["dir"]) == (TAGS[language], "rtl" if language == "ar" else "ltr")
        assert own["description"] == said["shell.about"]
        assert [each["name"] for each in own["shortcuts"]] == [said["shell.add"], said["shell.transactions"]]
        # the same app, whatever it is called
        for key in ("id", "start_url", "icons", "share_target"):
            assert own[key] == english[key]
    for folder in (MAIN / "assets" / "public", IOS / "public"):
        assert list(folder.glob("*.webmanifest")) == []


def test_ios_lets_the_person_choose_the_size_of_text() -> None:
    """The page asks for the system's font; where it is larger than the screens are proven with, it is held."""
    page = (IOS / "public" / "index.html").read_text("utf-8")
    asked = re.search(r"@supports[^{]*-webkit-touch-callout[^{]*\{html\{font:-apple-system-body\}\}", page)
    assert asked
    assert asked.end() < page.index("font-variant-numeric:tabular-nums", asked.end())


def test_android_has_the_shortcut() -> None:
    named = one(manifest(), "application/activity/meta-data")
    assert (named.get(f"{A}name"), named.get(f"{A}resource")) == ("android.app.shortcuts", "@xml/shortcuts")
    shortcut = one(ET.parse(MAIN / "res" / "xml" / "shortcuts.xml").getroot(), "shortcut")
    intent = one(shortcut, "intent")
    assert intent.get(f"{A}data") == "outlay://add"
    assert intent.get(f"{A}targetClass") == "app.outlay.MainActivity"
    label = (shortcut.get(f"{A}shortcutShortLabel") or "").removeprefix("@string/")
    strings = ET.parse(MAIN / "res" / "values" / "strings.xml").getroot()
    assert {each.text for each in strings if each.get("name") == label} == {"Add expense"}


@pytest.mark.parametrize(
    ("density", "factor"), [("mdpi", 1), ("hdpi", 1.5), ("xhdpi", 2), ("xxhdpi", 3), ("xxxhdpi", 4)]
)
def test_android_icons_have_their_sizes(density: str, factor: float) -> None:
    folder = MAIN / "res" / f"mipmap-{density}"
    for name, dp in (("ic_launcher", 48), ("ic_launcher_round", 48), ("ic_launcher_foreground", 108)):
        assert png_size(folder / f"{name}.png") == (dp * factor, dp * factor)


def test_ios_says_what_it_opens_and_why_it_asks() -> None:
    found = info()
    assert found["NSCameraUsageDescription"]
    assert found["NSPhotoLibraryUsageDescription"]
    asked = {name for name in found if re.fullmatch(r"NS\w+UsageDescription", name)}
    assert asked == {
        "NSCameraUsageDescription",
        "NSFaceIDUsageDescription",
        "NSPhotoLibraryUsageDescription",
    }
    assert all(found[name] for name in asked)
    assert found["NSAppTransportSecurity"] == {
        "NSExceptionDomains": {"localhost": {"NSExceptionAllowsInsecureHTTPLoads": True}}
    }
    kinds = found["CFBundleDocumentTypes"]
    assert isinstance(kinds, list)
    types = {name for kind in kinds for name in kind["LSItemContentTypes"]}
    assert types == {each.get("uniform", f"app.outlay.{each['name'].lower()}") for each in READ}
    declared = found["UTImportedTypeDeclarations"]
    assert isinstance(declared, list)
    endings = {
        each["UTTypeIdentifier"]: each["UTTypeTagSpecification"]["public.filename-extension"]
        for each in declared
    }
    assert endings["app.outlay.ofx"] == ["ofx", "qfx"]
    assert {name for name in types if name.startswith("app.outlay.")} == set(endings)


def test_the_switcher_of_apps_shows_nothing_of_a_book() -> None:
    activity = (MAIN / "java" / "app" / "outlay" / "MainActivity.java").read_text()
    created = activity[activity.index("void onCreate(") : activity.index("void onNewIntent(")]
    assert "getWindow().setFlags(WindowManager.LayoutParams.FLAG_SECURE" in created
    delegate = (IOS / "SceneDelegate.swift").read_text()
    left = delegate.index("func sceneWillResignActive(_ scene: UIScene)")
    came = delegate.index("func sceneDidBecomeActive(_ scene: UIScene)")
    assert "window.addSubview(cover)" in delegate[left:came]
    assert "removeFromSuperview()" in delegate[came:]
    assert "sceneWillResignActive" not in delegate[:left], "the template has its own now"


def test_ios_has_the_shortcut_and_our_icon() -> None:
    (item,) = info()["UIApplicationShortcutItems"]  # type: ignore[misc]  # a list, says the next line
    assert item["UIApplicationShortcutItemTitle"] == "Add expense"
    delegate = (IOS / "SceneDelegate.swift").read_text()
    assert f'item.type == "{item["UIApplicationShortcutItemType"]}"' in delegate
    assert "if let item = connectionOptions.shortcutItem { openShortcut(item) }" in delegate
    assert delegate.count("{") == delegate.count("}")
    assert png_size(IOS / "Assets.xcassets" / "AppIcon.appiconset" / "AppIcon-512@2x.png") == (1024, 1024)


@pytest.mark.parametrize("public", [MAIN / "assets" / "public", IOS / "public"])
def test_the_page_is_the_apps_own_without_its_service_worker(public: Path) -> None:
    built = ROOT / "app" / "build"
    page = (public / "index.html").read_text()
    assert not (public / "service-worker.js").exists()
    assert "if ('serviceWorker' in navigator)" not in page
    assert page.index("/shell.js") < page.index('id="before"') < page.index("import(")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "'unsafe-inline'" not in policy[1].split("style-src")[0]
    assert "connect-src 'self' https:" in policy[1]
    for path in (built / "_app").rglob("*"):
        if path.is_file():
            assert (public / path.relative_to(built)).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("folder", [MAIN / "assets", IOS])
def test_the_configuration_is_the_one_that_the_server_knows(folder: Path) -> None:
    config = json.loads((folder / "capacitor.config.json").read_text())
    assert (config["appId"], config["appName"]) == ("app.outlay", "Outlay")
    server = config["server"]
    origins = {
        f"{server['androidScheme']}://{server['hostname']}",
        f"{server['iosScheme']}://{server['hostname']}",
    }
    from outlay.settings import Settings

    assert origins == set(Settings().allowed_origins)
    assert "url" not in server, "the app itself is in the package"
