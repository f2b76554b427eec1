"""How the world of `segedu.data.Scenes` is made: layout, light, shapes, and the canvas they are drawn on."""
