"""What acts do that need the screen: a question first, a screen of their own, the look of this one."""
