    // The switcher of apps shows a picture of the screen: it is taken of this cover.
    private static let coverTag = 7070

    func sceneWillResignActive(_ scene: UIScene) {
        guard let window, window.viewWithTag(Self.coverTag) == nil else { return }
        let cover = UIVisualEffectView(effect: UIBlurEffect(style: .systemThickMaterial))
        cover.tag = Self.coverTag
        cover.frame = window.bounds
        cover.autoresizingMask = [.flexibleWidth, .flexibleHeight]
        window.addSubview(cover)
    }

    func sceneDidBecomeActive(_ scene: UIScene) {
        window?.viewWithTag(Self.coverTag)?.removeFromSuperview()
    }
