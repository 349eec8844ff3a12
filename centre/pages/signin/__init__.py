"""Pages by which members come in and go, look after their own sign-in, and manage the people of their organisation."""
