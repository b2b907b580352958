    // The shortcut on the home screen's icon reaches the page as the address outlay://add.
    func windowScene(_ windowScene: UIWindowScene, performActionFor shortcutItem: UIApplicationShortcutItem, completionHandler: @escaping (Bool) -> Void) {
        completionHandler(openShortcut(shortcutItem))
    }

    @discardableResult
    private func openShortcut(_ item: UIApplicationShortcutItem) -> Bool {
        guard item.type == "app.outlay.add", let url = URL(string: "outlay://add") else { return false }
        return ApplicationDelegateProxy.shared.application(UIApplication.shared, open: url, options: [:])
    }
